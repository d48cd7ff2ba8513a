"""Runs programs: Program, Limits -> Outcome. Knows nothing of tests, answers or rewards."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox import interpreter, leftovers
from sandbox.base import (
    LanguageUnavailable,
    Limits,
    Program,
    RunAborted,
    SandboxError,
)
from sandbox.builds import Builds
from sandbox.headers import Headers
from sandbox.isolation import layers, users
from sandbox.languages import Language, discover
from sandbox.launcher import Launcher
from sandbox.probe import PROBE, findings
from sandbox.slot import PYTHON, Slot
from sandbox.toolchains import Toolchains
from sandbox.warm import BESIDE, ENTRY, ENVIRONMENT

log = logging.getLogger(__name__)


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
        root = self._config.scratch_root
        slot = Slot(root, self._layers, self._python, self._languages, number, self._unfit, entry)
        slot.open_partner = self._open_partner
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
