"""Java's class files: which of them can be started, and all of them as one archive."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

MAGIC = 0xCAFEBABE
ACC_PUBLIC_STATIC = 0x0009
MAIN = (b"main", b"([Ljava/lang/String;)V")
PREFERRED = ("Main", "Solution")
UTF8, WIDE = 1, (5, 6)
SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4, 18: 4, 19: 2, 20: 2}
EPOCH = (1980, 1, 1, 0, 0, 0)  # equal classes, equal archive


def archive(files: Mapping[str, bytes]) -> bytes:
    """One archive of the class files, given by their paths."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as packed:
        for path in sorted(files):
            packed.writestr(zipfile.ZipInfo(path, EPOCH), files[path])
    return held.getvalue()


def main_class(files: Mapping[str, bytes], public: str | None) -> str:
    """The name of the class to start: the public one, then the usual names, then the first; empty where none can be."""
    able = [path.removesuffix(".class") for path in sorted(files) if has_main(files[path])]
    by_name = {path.rpartition("/")[2]: path for path in reversed(able)}
    found = next((by_name[name] for name in (public, *PREFERRED) if name in by_name), able[0] if able else "")
    return found.replace("/", ".")


def has_main(content: bytes) -> bool:
    """Whether a class file defines `public static void main(String[])`; false for what is no class file."""
    try:
        return _Reader(content).has_main()
    except (struct.error, KeyError, IndexError):
        return False


class _Reader:
    """Reads a class file from its start, as far as its methods."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        self._texts: dict[int, bytes] = {}

    def has_main(self) -> bool:
        if self._number("I") != MAGIC:
            return False
        self._skip(4)  # the version
        self._read_constants()
        self._skip(6)  # its flags, itself, its parent
        self._skip(2 * self._number("H"))  # what it implements
        self._members()  # fields
        return any(flags & ACC_PUBLIC_STATIC == ACC_PUBLIC_STATIC and named == MAIN for flags, named in self._members())

    def _number(self, kind: str) -> int:
        value: int = struct.unpack_from(f">{kind}", self._content, self._at)[0]
        self._at += struct.calcsize(kind)
        return value

    def _skip(self, count: int) -> None:
        self._at += count

    def _read_constants(self) -> None:
        count, index = self._number("H"), 1
        while index < count:
            tag = self._number("B")
            if tag == UTF8:
                size = self._number("H")
                self._texts[index] = self._content[self._at : self._at + size]
                self._skip(size)
            else:
                self._skip(SIZES[tag])
            index += 2 if tag in WIDE else 1

    def _members(self) -> list[tuple[int, tuple[bytes, bytes]]]:
        """Flags, name and type of each field, or method."""
        found = []
        for _ in range(self._number("H")):
            flags, name, kind = self._number("H"), self._number("H"), self._number("H")
            found.append((flags, (self._texts[name], self._texts[kind])))
            for _ in range(self._number("H")):
                self._skip(2)
                self._skip(self._number("I"))
        return found
