"""Which languages this machine can run: finds their toolchains, asks their versions, and has each prove itself once.

A toolchain is asked for its version as the service itself, with no program of anybody's near it. Everything else it
does, its self-test included, it does confined.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.base import LanguageUnavailable, Outcome, Status
from sandbox.isolation import users
from sandbox.languages import Language

ASK_S = 60.0
PATH = "/usr/local/bin:/usr/bin:/bin"
VERSION = re.compile(r"\d+(?:\.\d+)*")
HELLO = b"hello\n"
SAID_CHARS = 300


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A language's toolchain on this machine. `files` says where each command is, `home` where the whole is."""

    language: Language
    version: str
    home: str
    files: Mapping[str, str]

    def command(self, words: tuple[str, ...], **fill: str) -> list[str]:
        """A command of the language's, with its words filled in and its program by its path."""
        fill["home"] = self.home
        first, *rest = (_filled(word, fill) for word in words)
        return [self.files.get(first, first), *rest]

    def paths(self, words: tuple[str, ...]) -> list[Path]:
        return [Path(word.replace("{home}", self.home)) for word in words]


@dataclass
class _State:
    """What is known of one language so far."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    toolchain: Toolchain | None = None
    lacking: str | None = None
    is_proven: bool = False


class Toolchains:
    """The toolchains of all languages, each looked for when it is first wanted. Thread-safe."""

    def __init__(self, languages: Mapping[str, Language], *, other_users: bool) -> None:
        self._languages = languages
        self._other_users = other_users  # whether programs run as users that are not the service's
        self._states = {language.name: _State() for language in languages.values() if not language.is_warm}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._states)

    def find(self, language: Language) -> Toolchain:
        """Return the language's toolchain.

        Raises:
            LanguageUnavailable: it is not here, or did not prove itself; the message names the package.
        """
        state = self._states[language.name]
        with state.lock:
            if state.toolchain is None and state.lacking is None:
                self._look_for(language, state)
            if state.toolchain is None or state.lacking is not None:
                raise LanguageUnavailable(f"{language.name} is not served here: {state.lacking}")
            return state.toolchain

    def proven(self, language: Language, run_hello: Callable[[Toolchain], Outcome]) -> Toolchain:
        """Return the toolchain after it has run the language's hello, once for all.

        Raises:
            LanguageUnavailable: as `find`.
        """
        state = self._states[language.name]
        with state.lock:
            toolchain = self.find(language)
            if not state.is_proven:
                state.lacking = _finding(language, run_hello(toolchain))
                state.is_proven = True
            return self.find(language)

    def _look_for(self, language: Language, state: _State) -> None:
        try:
            state.toolchain = look_for(language)
        except LanguageUnavailable as error:
            state.lacking = str(error)
            return
        if self._other_users and (closed := users.first_unreadable(_needed(state.toolchain))) is not None:
            state.lacking = f"another user could not read {closed}"


def look_for(language: Language) -> Toolchain:
    """Find the toolchain on this machine.

    Raises:
        LanguageUnavailable: a part of it is missing; the message names the package that brings it.
    """
    asked = [language.version_command, language.run_command, language.compile_command, language.home_command]
    words = [*(command[0] for command in asked if command), *language.needs]
    files = {word: _file(word, language) for word in words if not word.startswith("{")}
    home = _home(language, files)
    version = VERSION.search(_asked(language.version_command, language, files))
    toolchain = Toolchain(language, version.group() if version else "unknown", home, files)
    for command in (language.run_command, language.compile_command):
        if command and command[0].startswith("{home}") and not Path(toolchain.command(command)[0]).exists():
            raise LanguageUnavailable(f"{toolchain.command(command)[0]} is missing; install {language.package}")
    return toolchain


def _file(word: str, language: Language) -> str:
    found = shutil.which(word)
    if found is None:
        raise LanguageUnavailable(f"there is no {word}; install {language.package}")
    return str(Path(found).resolve()) if not language.home_command else found


def _home(language: Language, files: Mapping[str, str]) -> str:
    if language.home_command:
        return _asked(language.home_command, language, files).strip()
    return str(Path(files[language.version_command[0]]).parents[1])


def _asked(command: tuple[str, ...], language: Language, files: Mapping[str, str]) -> str:
    try:
        asked = subprocess.run(
            [files[command[0]], *command[1:]],
            env={"PATH": PATH, "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=ASK_S,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LanguageUnavailable(f"{command[0]} does not work ({error}); install {language.package}") from error
    return asked.stdout


def _needed(toolchain: Toolchain) -> list[Path]:
    return [Path(toolchain.home), *map(Path, toolchain.files.values())]


def _finding(language: Language, outcome: Outcome) -> str | None:
    """What is wrong with a toolchain, by what came of its hello; None when nothing is."""
    if outcome.status is Status.OK and outcome.stdout == HELLO:
        return None
    said = outcome.stderr.decode(errors="replace")[-SAID_CHARS:].strip()
    return f"its self-test ended with {outcome.status}: {said}; install {language.package}"


def _filled(word: str, fill: Mapping[str, str]) -> str:
    """Only the words that are known: a command may hold braces of its own."""
    for name, value in fill.items():
        word = word.replace(f"{{{name}}}", value)
    return word
