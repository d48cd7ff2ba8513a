"""Runs programs: Program, Limits -> Outcome. Knows nothing of tests, answers or rewards."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
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
from sandbox.builds import Builds
from sandbox.duet import Duet, Side
from sandbox.forkserver import Child, ForkServer, ForkServerLost
from sandbox.headers import Headers
from sandbox.hub import Hub
from sandbox.isolation import landlock, layers, rlimits, users
from sandbox.languages import Language, discover
from sandbox.launcher import Launcher, Place
from sandbox.meter import sizes
from sandbox.probe import PROBE, findings
from sandbox.recall import Recall
from sandbox.toolchains import Toolchains
from sandbox.watch import Run, Watch
from sandbox.wires import Wires
from sandbox.zygote.order import Order

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[1]
SIMPLE_ENTRY, SIMPLE_PREPARE = "sandbox.zygote.child:main", "sandbox.zygote.child:prepare"
ENTRY = "sandbox.zygote.candidate:main"
BESIDE = "sandbox.zygote.beside:main"
BESIDE_USUAL = "symtable unittest"  # what tests that are code import beyond what programs do
STRETCHES = 64  # how many tests of a suite may use the whole CPU limit before the kernel itself ends the process
PREPARE = "sandbox.zygote.candidate:prepare"
LAUNCH, LAUNCH_ENTRY, LAUNCH_PREPARE = "launch", "sandbox.zygote.launch:main", "sandbox.zygote.launch:prepare"
PYTHON = "python"
SIMPLE, PLAIN, SCIENTIFIC = "simple", "plain", "scientific"  # the least that does, for its memory is paid for
TRIES = 2  # of a run whose own interpreter, or whose machine, failed it
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LD_BIND_NOW": "1",  # looked up once in the warm interpreter, not in each of its children
    "MALLOC_ARENA_MAX": "1",  # else each thread reserves address space of its own
}


Ran = TypeVar("Ran", Outcome, DuetOutcome)


@dataclass(frozen=True, slots=True)
class SandboxConfig:
    """How programs are kept in on this machine. `scratch_root` is a folder for the runs' own folders.

    `require` names layers without which the service must not start; `allow_weak` runs programs though none keeps them
    apart; `landlock_abi_max` holds Landlock down, and `left_out` names layers not to use, for tests; `python` is the
    interpreter of judged programs;
    `compile_cpu_s` is what a compiler may use for one program.
    """

    scratch_root: Path
    require: tuple[str, ...] = ()
    allow_weak: bool = False
    landlock_abi_max: int | None = None
    left_out: tuple[str, ...] = ()
    python: str = sys.executable
    compile_cpu_s: float = 15.0


class Sandbox:
    """The layers of this machine, found once, and the slots that run programs under them. Thread-safe.

    Raises:
        SandboxError: a required layer is missing; the message says why.
    """

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config
        config.scratch_root.mkdir(parents=True, exist_ok=True, mode=0o711)
        leftovers.sweep(config.scratch_root, (os.getuid(), *users.UIDS))
        self._languages = discover()
        self._python = interpreter.ask(config.python, ENVIRONMENT)
        found = layers.find_layers(
            self._python.folders, config.scratch_root, config.landlock_abi_max, config.python, config.left_out
        )
        layers.require(found, config.require)
        self._layers = found
        self._toolchains = Toolchains(self._languages, other_users=layers.USERS in found.names)
        self._builds, self._headers = Builds(), Headers(config.scratch_root)
        self._numbers = itertools.count()
        self._slots: list[Slot] = []
        self._lock = threading.Lock()
        self.layers: tuple[str, ...] = found.names
        self.lacking: Mapping[str, str] = found.lacking  # layers that are not in force, and why
        self.missing: str | None = None if config.allow_weak else found.missing
        self._unfit = self.missing or leftovers.why_unwritable(config.scratch_root)

    def languages(self) -> Mapping[str, str | None]:
        """Each language's version, or None where its toolchain is missing. The first look takes about a second."""
        by_name = {language.name: language for language in self._languages.values()}
        return {name: self._version(by_name[name]) for name in sorted(by_name)}

    def package(self, name: str) -> str:
        """What brings the language's toolchain."""
        return self._languages[name].package

    def survey(self) -> None:
        """Have every toolchain prove itself, and precompile, now and not when it is first wanted. Takes seconds."""
        slot = self.open_slot()
        try:
            for language in {language.name: language for language in self._languages.values()}.values():
                with contextlib.suppress(LanguageUnavailable, RunAborted):
                    slot.prove(language)
        finally:
            slot.close()

    def _version(self, language: Language) -> str | None:
        if language.is_warm:
            return self._python.version
        with contextlib.suppress(LanguageUnavailable):
            return self._toolchains.find(language).version
        return None

    def open_slot(self) -> Slot:
        """Open a slot of its own for one thread. It lives until it, or the sandbox, is closed."""
        with self._lock:
            slot = self._slot(ENTRY)
            self._slots.append(slot)
        return slot

    def _open_partner(self) -> Slot:
        with self._lock:
            slot = self._slot(BESIDE)
            self._slots.append(slot)
        return slot

    def _slot(self, entry: str) -> Slot:
        number = next(self._numbers)
        slot = Slot(self._config, self._layers, self._python, self._languages, number, self._unfit)
        slot.entry, slot.open_partner = entry, self._open_partner
        slot.launcher = Launcher(self._toolchains, self._builds, self._headers, self._config.compile_cpu_s)
        return slot

    def probe(self) -> None:
        """Run a program that tries to get out, once.

        Raises:
            SandboxError: something that must be refused was not; the message names it.
        """
        slot = self.open_slot()
        try:
            outcome = slot.run(Program(PYTHON, PROBE), Limits(cpu_s=10.0))
        finally:
            slot.close()
        if escaped := findings(outcome, layers.LANDLOCK in self.layers):
            raise SandboxError(f"the sandbox does not hold: {escaped}")

    def close(self) -> None:
        with self._lock:
            slots, self._slots = self._slots, []
        for slot in slots:
            slot.close()
        self._headers.close()


class Slot:
    """One program at a time, with a scratch folder, a user where there is one, and warm interpreters of its own."""

    def __init__(
        self,
        config: SandboxConfig,
        found: layers.Layers,
        python: interpreter.Interpreter,
        languages: Mapping[str, Language],
        number: int,
        unfit: str | None,
    ) -> None:
        self._layers, self._python, self._languages, self._unfit = found, python, languages, unfit
        self._root, self._number = config.scratch_root, number
        self._uid = users.FIRST_UID + number if layers.USERS in found.names else None
        self._scratch = config.scratch_root
        self._held: int | None = None  # keeps the folder locked
        self._ruleset: int | None = None
        self._zygotes: dict[str, Zygote] = {}
        self._recall = Recall()
        self.entry = ENTRY  # what the children of the warm interpreters do
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
            self._zygote(SIMPLE)
            self._zygote(PLAIN)

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
        kind = self._kind(program.source, SIMPLE if interpreter.is_simple(program.source) else PLAIN)
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
        kind = self._kind("\n".join((candidate.source, suite.setup, *suite.parts)), PLAIN)
        if together:
            return self._tried(
                kind, lambda: self._duet_once(partner, kind, None, _suite_bytes(suite, candidate), limits)
            )
        return self._tried(kind, lambda: self._duet_once(partner, kind, candidate, _suite_bytes(suite, None), limits))

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
        for kind in list(self._zygotes):
            self._forget(kind)
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
                self._forget(kind)
                if self._partner is not None:
                    self._partner._forget(kind)
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

    def _kind(self, source: str, usual: str) -> str:
        return SCIENTIFIC if self._python.scientific and interpreter.wants_scientific(source) else usual

    def _started(self, modules: list[str], entry: str, prepare: str) -> Zygote:
        folder = str(self._scratch)
        server = ForkServer(
            entry,
            modules,
            [str(ROOT)],
            {**ENVIRONMENT, "HOME": folder, "TMPDIR": folder},
            self._python.python,
            prepare,
            rlimits.STACK_BYTES,
            self._layers.namespaces,
        )
        return Zygote(server)

    def _zygote(self, kind: str) -> Zygote:
        if kind == LAUNCH and kind not in self._zygotes:
            self._zygotes[kind] = self._started([], LAUNCH_ENTRY, LAUNCH_PREPARE)
        if kind == SIMPLE and kind not in self._zygotes:
            self._zygotes[kind] = self._started(interpreter.SIMPLE.split(), SIMPLE_ENTRY, SIMPLE_PREPARE)
        if kind not in self._zygotes:
            modules = interpreter.USUAL.split()
            if self.entry == BESIDE:
                modules += BESIDE_USUAL.split()
            if kind == SCIENTIFIC:
                modules += self._python.scientific
            self._zygotes[kind] = self._started(modules, self.entry, PREPARE)
        return self._zygotes[kind]

    def _forget(self, kind: str) -> None:
        zygote = self._zygotes.pop(kind, None)
        if zygote is not None:
            zygote.server.close()


def _suite_bytes(suite: Suite, candidate: Program | None) -> bytes:
    parts = {each.name: getattr(suite, each.name) for each in fields(suite)}
    return plain.encode({**parts, "candidate": None if candidate is None else candidate.source})


class Zygote:
    """A warm interpreter, and what it holds by itself: its children start with the same.

    Raises:
        ForkServerLost: it does not start.
    """

    def __init__(self, server: ForkServer) -> None:
        self.server = server
        try:
            self.server.wait_ready()
        except ForkServerLost:
            self.server.close()
            raise
        self.address_bytes, self.resident_bytes = sizes(self.server.pid)
