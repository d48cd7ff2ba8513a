"""A slot: runs one program at a time, with a scratch folder, a user where there is one, and interpreters of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from sandbox import interpreter, leftovers, plain, scratch
from sandbox.base import (
    DuetOutcome,
    LanguageUnavailable,
    Limits,
    Outcome,
    Program,
    RunAborted,
    SandboxError,
    SandboxUnavailable,
    Suite,
)
from sandbox.duet import Duet, Side
from sandbox.forkserver import Child, ForkServerLost
from sandbox.hub import Hub
from sandbox.isolation import landlock, layers, rlimits, users
from sandbox.languages import Language
from sandbox.launcher import Launcher, Place
from sandbox.recall import Recall
from sandbox.warm import ENTRY, LAUNCH, PLAIN, SIMPLE, Warm, Zygote
from sandbox.watch import Run, Watch
from sandbox.wires import Wires
from sandbox.zygote.order import Order

log = logging.getLogger(__name__)

PYTHON = "python"
STRETCHES = 64  # how many tests of a suite may use the whole CPU limit before the kernel itself ends the process
TRIES = 2  # of a run whose own interpreter, or whose machine, failed it

Ran = TypeVar("Ran", Outcome, DuetOutcome)


class Slot:
    """One program at a time, with a scratch folder, a user where there is one, and warm interpreters of its own."""

    def __init__(
        self,
        scratch_root: Path,
        found: layers.Layers,
        python: interpreter.Interpreter,
        languages: Mapping[str, Language],
        number: int,
        unfit: str | None,
        entry: str = ENTRY,
    ) -> None:
        self._layers, self._python, self._languages, self._unfit = found, python, languages, unfit
        self._root, self._number = scratch_root, number
        self._uid = users.FIRST_UID + number if layers.USERS in found.names else None
        self._scratch = scratch_root
        self._held: int | None = None  # keeps the folder locked
        self._ruleset: int | None = None
        self.interpreters = Warm(python, found.namespaces, entry)
        self._recall = Recall()
        self.open_partner: Callable[[], Slot] | None = None  # opens the slot of tests beside this one's program
        self._partner: Slot | None = None
        self.launcher: Launcher | None = None  # starts programs that are not Python
        if unfit is None:
            self._settle()

    def warm(self) -> None:
        """Start the interpreters that most programs need, so that the first run is as fast as the next.

        Raises:
            ForkServerLost: it does not start.
        """
        if self._unfit is None:
            self.interpreters.get(SIMPLE, self._scratch)
            self.interpreters.get(PLAIN, self._scratch)

    def abort(self) -> None:
        """End the present run: nobody waits for it any more. It raises RunAborted. Called from another thread."""
        self._recall.call()

    def run(self, program: Program, limits: Limits, stdin: bytes = b"", requests: tuple[bytes, ...] = ()) -> Outcome:
        """Run the program to its end. Blocks.

        Raises:
            LanguageUnavailable: the language, or its toolchain, is not here.
            SandboxUnavailable: programs may not run on this machine.
            RunAborted: `abort` was called meanwhile.
            SandboxError: our own failure, twice.
        """
        self._recall.reset()
        language = self._known(program.language)
        if not language.is_warm:
            return self._launched(language, program, limits, stdin, requests)
        kind = self.interpreters.kind_for(program.source)
        return self._tried(kind, lambda: self._run_once(self._zygote(kind), program, limits, stdin, requests))

    def prove(self, language: Language) -> None:
        """Have a language's toolchain prove itself, unless it has.

        Raises: as `run`.
        """
        self._recall.reset()
        if not self._known(language.name).is_warm and self.launcher is not None:
            self.launcher.ready(language, self._place)
            if language.precompiled:
                self.run(Program(language.name, f"#include <{language.precompiled}>\nint main() {{}}\n"), Limits())

    def run_duet(self, candidate: Program, suite: Suite, limits: Limits, *, together: bool = False) -> DuetOutcome:
        """Run a Python program and tests beside it, each in a process of its own, to their end. Blocks.

        The limits hold for each of the two, anew for each test. With `together` both run in one process, in which
        nothing keeps the program from saying what the tests should: what comes of it can be forged.

        Raises: as `run`.
        """
        self._recall.reset()
        if not self._known(candidate.language).is_warm:
            raise LanguageUnavailable(f"tests beside a program are run in {PYTHON} only")
        if self._partner is None and self.open_partner is not None:
            self._partner = self.open_partner()
        partner = self._partner
        assert partner is not None
        kind = self.interpreters.kind_for("\n".join((candidate.source, suite.setup, *suite.parts)), PLAIN)
        if together:
            return self._tried(
                kind, lambda: self._duet_once(partner, kind, None, _suite_bytes(suite, candidate), limits)
            )
        return self._tried(kind, lambda: self._duet_once(partner, kind, candidate, _suite_bytes(suite, None), limits))

    def _zygote(self, kind: str) -> Zygote:
        return self.interpreters.get(kind, self._scratch)

    def _known(self, name: str) -> Language:
        if self._unfit is not None:
            raise SandboxUnavailable(f"programs cannot be run on this machine: {self._unfit}")
        if name not in self._languages:
            raise LanguageUnavailable(f"no language {name!r}; known: {', '.join(sorted(self._languages))}")
        return self._languages[name]

    def _launched(
        self, language: Language, program: Program, limits: Limits, stdin: bytes, requests: tuple[bytes, ...]
    ) -> Outcome:
        launcher = self.launcher
        assert launcher is not None
        if program.answers_calls and language.calls is None:
            raise LanguageUnavailable(f"functions are not called in {language.name}")

        def launched() -> Outcome:
            toolchain = launcher.ready(language, self._place)
            return launcher.run(self._place(), toolchain, program, limits, stdin, requests)

        return self._tried(LAUNCH, launched)

    def _place(self) -> Place:
        server = self._zygote(LAUNCH).server
        return Place(self._scratch, self._uid, self._layers, server, self._recall, self._tidy)

    def close(self) -> None:
        """End the warm interpreters and remove the scratch folder."""
        self.interpreters.forget_all()
        if self._partner is not None:
            self._partner.close()
        if self.launcher is not None:
            self.launcher.close()
        if self._ruleset is not None:
            os.close(self._ruleset)
            self._ruleset = None
        if self._held is not None:  # it has a folder of its own; else what stands there is everybody's
            with contextlib.suppress(OSError):
                scratch.empty(self._scratch)
            shutil.rmtree(self._scratch, ignore_errors=True)
            os.close(self._held)
            self._held = None

    def _settle(self) -> None:
        """Make the scratch folder, and what depends on it."""
        self._scratch, self._held = leftovers.make_folder(self._root, f"{leftovers.SLOT}{self._number}-")
        if self._uid is not None:
            os.chown(self._scratch, self._uid, self._uid)
        if layers.LANDLOCK in self._layers.names:
            readable = layers.readable_paths(self._python.folders)
            self._ruleset = landlock.build(self._layers.landlock_abi, readable, layers.WRITABLE, self._scratch)

    def _tidy(self) -> None:
        """Empty the scratch folder; where that cannot be done, leave it for good and settle in another.

        Raises:
            SandboxError: the disk had less room than a program may use, so what this one could not write is our fault.
        """
        has_room = scratch.has_room(self._scratch, Limits().scratch_bytes)
        try:
            scratch.empty(self._scratch)
        except OSError as error:
            log.warning("scratch folder %s could not be emptied and is left: %s", self._scratch, error)
            self.close()
            self._settle()
        if not has_room:
            raise SandboxError(f"the disk of {self._root} is full: a program may write {Limits().scratch_bytes} bytes")

    def _tried(self, kind: str, run_once: Callable[[], Ran]) -> Ran:
        for attempt in range(TRIES):
            try:
                return run_once()
            except LanguageUnavailable:
                raise
            except (ForkServerLost, SandboxError, OSError) as error:
                if self._recall.is_called:
                    raise RunAborted("nobody waits for this run any more") from error
                self.interpreters.forget(kind)
                if self._partner is not None:
                    self._partner.interpreters.forget(kind)
                if attempt == TRIES - 1:
                    raise SandboxError(f"the program could not be run: {error}") from error
        raise AssertionError("unreachable")

    def _run_once(
        self, zygote: Zygote, program: Program, limits: Limits, stdin: bytes, requests: tuple[bytes, ...]
    ) -> Outcome:
        source = program.source.encode("utf-8", "surrogatepass")
        order = self._order(zygote, limits, 1 + len(requests), has_channel=program.answers_calls)
        if program.arguments:
            order = order._replace(arguments=tuple(program.arguments))
        with contextlib.ExitStack() as cleaning:
            child, wires = self._forked(zygote, order, source, stdin, cleaning, program.files)
            self._recall.hold(child)
            return Watch(child, wires, Run(limits, requests, self._scratch, zygote.resident_bytes)).outcome()

    def _duet_once(
        self, partner: Slot, kind: str, candidate: Program | None, suite: bytes, limits: Limits
    ) -> DuetOutcome:
        hub = Hub()
        with contextlib.ExitStack() as cleaning:

            def side(slot: Slot, source: bytes, *, keeps_objects: bool) -> Side:
                zygote = slot._zygote(kind)
                order = slot._order(zygote, limits, STRETCHES, has_channel=True, keeps_objects=keeps_objects)
                child, wires = slot._forked(zygote, order, source, b"", cleaning)
                self._recall.hold(child)
                return Side(child, wires, Run(limits, None, slot._scratch, zygote.resident_bytes), hub)

            first = None
            if candidate is not None:
                first = side(self, candidate.source.encode("utf-8", "surrogatepass"), keeps_objects=True)
            return Duet(hub, first, lambda: side(partner, suite, keeps_objects=False)).outcome()

    def _forked(
        self,
        zygote: Zygote,
        order: Order,
        source: bytes,
        stdin: bytes,
        cleaning: contextlib.ExitStack,
        files: Iterable[tuple[str, bytes]] = (),
    ) -> tuple[Child, Wires]:
        cleaning.callback(self._tidy)
        for name, content in files:
            scratch.put(self._scratch, name, content)
        wires = Wires(source, stdin, self._ruleset, order.has_channel)
        cleaning.callback(wires.close)
        child = zygote.server.fork(order.packed(), wires.theirs)
        cleaning.callback(child.close)
        wires.close_theirs()
        return child, wires

    def _order(
        self, zygote: Zygote, limits: Limits, stretches: int, *, has_channel: bool, keeps_objects: bool = False
    ) -> Order:
        return Order(
            scratch=str(self._scratch),
            ceilings=rlimits.ceilings(limits, zygote.address_bytes, stretches, self._layers.counts_apart(self._uid)),
            filter_=self._layers.filter_,
            uid=self._uid,
            has_ruleset=self._ruleset is not None,
            ruleset_flags=landlock.quiet_flags(self._layers.landlock_abi),
            has_channel=has_channel,
            dumpable=self._ruleset is not None,
            keeps_objects=keeps_objects,
        )


def _suite_bytes(suite: Suite, candidate: Program | None) -> bytes:
    parts = {each.name: getattr(suite, each.name) for each in fields(suite)}
    return plain.encode({**parts, "candidate": None if candidate is None else candidate.source})
