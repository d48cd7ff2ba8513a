"""What compilers made of programs, kept by content and shared by all slots: a program is built once for all its tests.

A build is kept in memory, out of every program's reach: one that is executed stands in a sealed file without a name,
which no process can change; others are copied into the scratch folder of each run.
"""

from __future__ import annotations

import hashlib
import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.recall import Recall
from sandbox.sealed import sealed

MAX_BYTES = 256 * 2**20
MAX_BUILDS = 4096
LOOK_S = 0.05


class Executable:
    """A sealed file without a name that can be executed. It lives as long as somebody holds this."""

    def __init__(self, content: bytes) -> None:
        self.descriptor = sealed(content, executable=True)
        self.size = len(content)
        weakref.finalize(self, os.close, self.descriptor)


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build: an executable, or what the runtime reads, or neither where the compiler refused.

    `main` is the class to start; `message` is what the compiler said.
    """

    executable: Executable | None = None
    content: bytes = b""
    main: str = ""
    message: bytes = b""

    @property
    def is_refused(self) -> bool:
        return self.executable is None and not self.content

    @property
    def size(self) -> int:
        return len(self.content) + len(self.message) + (self.executable.size if self.executable else 0)


@dataclass
class _Making:
    """A build on its way: others that want the same wait for it."""

    done: threading.Event = field(default_factory=threading.Event)
    built: Built | None = None


class Builds:
    """Builds by key, the longest unused forgotten first. Thread-safe."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[bytes, Built] = OrderedDict()
        self._making: dict[bytes, _Making] = {}
        self._held_bytes = 0
        self._lock = threading.Lock()

    def made(self, key: bytes, make: Callable[[], Built], recall: Recall) -> Built | None:
        """Return the build, made by whoever wants it first; None where the run was called back meanwhile.

        What `make` raises is raised for its own caller alone: the next one makes it anew.
        """
        while not recall.is_called:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                others = self._making.get(key)
                mine = self._making.setdefault(key, _Making())
            if others is None:
                return self._make(key, make, mine)
            others.done.wait(LOOK_S)
            if others.built is not None:
                return others.built
        return None

    def _make(self, key: bytes, make: Callable[[], Built], mine: _Making) -> Built:
        try:
            built = make()
            mine.built = built
            self._keep(key, built)
        finally:
            with self._lock:
                del self._making[key]
            mine.done.set()
        return built

    def _keep(self, key: bytes, built: Built) -> None:
        with self._lock:
            self._kept[key] = built
            self._held_bytes += built.size
            while self._held_bytes > self._max_bytes or len(self._kept) > MAX_BUILDS:
                _, oldest = self._kept.popitem(last=False)
                self._held_bytes -= oldest.size


def key_of(*parts: str) -> bytes:
    """The key of a build: the same parts, the same build."""
    content = b"".join(
        len(part).to_bytes(8, "big") + part for part in (part.encode("utf-8", "surrogatepass") for part in parts)
    )
    return hashlib.sha256(content).digest()
