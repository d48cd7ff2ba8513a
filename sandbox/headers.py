"""What is compiled once for all programs of a language: a header of the system's, kept in a folder of the service's."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from sandbox.languages import discover
from sandbox.toolchains import PATH, Toolchain, look_for

ASK_S = 20.0
SEARCH = "#include <...> search starts here:"


class Headers:
    """The precompiled headers, by language. Programs read them and cannot change them. Thread-safe."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: dict[str, str] = {}
        self._lock = threading.Lock()

    def folder(self, toolchain: Toolchain, make: Callable[[Path], bool]) -> str:
        """Return the folder to search first, made by whoever wants it first; empty where there is none.

        None is needed where one stands beside the system's own header, as in the project's image; and who comes while
        another one makes it does without.
        """
        name = toolchain.language.name
        if not self._lock.acquire(blocking=False):
            return self._folders.get(name, "")
        try:
            if name not in self._folders:
                self._folders[name] = "" if _is_beside_its_header(toolchain) else self._made(name, make)
            return self._folders[name]
        finally:
            self._lock.release()

    def close(self) -> None:
        with self._lock:
            for folder in filter(None, self._folders.values()):
                shutil.rmtree(folder, ignore_errors=True)
            self._folders.clear()

    def _made(self, name: str, make: Callable[[Path], bool]) -> str:
        folder = Path(tempfile.mkdtemp(prefix=f"headers-{name}-", dir=self._root)).resolve()
        folder.chmod(0o755)
        is_made = False
        try:
            is_made = make(folder)
        finally:
            if not is_made:
                shutil.rmtree(folder, ignore_errors=True)
        return str(folder) if is_made else ""


def header_command(toolchain: Toolchain, source: str, product: str) -> list[str]:
    """As a program's: a compiler takes what is precompiled only under the same options."""
    words = {"source": source, "product": product, "headers": "."}
    command = toolchain.command(toolchain.language.compile_command, **words)
    at = command.index(source)
    return [*command[:at], "-x", "c++-header", *command[at:]]


def _is_beside_its_header(toolchain: Toolchain) -> bool:
    return any(header.with_name(f"{header.name}.gch").exists() for header in _headers_of(toolchain))


def _headers_of(toolchain: Toolchain) -> list[Path]:
    """Where the compiler looks for the header, and finds it."""
    command = [*toolchain.command(toolchain.language.version_command)[:1], "-E", "-v", "-x", "c++", "/dev/null"]
    asked = subprocess.run(command, env={"PATH": PATH}, capture_output=True, text=True, check=False, timeout=ASK_S)
    folders = asked.stderr.partition(SEARCH)[2].partition("End of search list")[0].split()
    found = [Path(folder, toolchain.language.precompiled) for folder in folders]
    return [header for header in found if header.exists()]


def main() -> None:
    """Precompile beside the system's own headers: for the making of an image."""
    for language in {language.name: language for language in discover().values() if language.precompiled}.values():
        toolchain = look_for(language)
        for header in _headers_of(toolchain)[:1]:
            subprocess.run(header_command(toolchain, str(header), f"{header}.gch"), check=True)


if __name__ == "__main__":
    main()
