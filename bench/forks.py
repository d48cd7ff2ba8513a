"""What a fork of a warm interpreter costs by itself: with nothing done in the child, and with a program run there."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
import time
from collections.abc import Callable

SECONDS = struct.Struct("d")
COUNT = struct.Struct("Q")


def count(header: bytes, descriptors: list[int]) -> None:
    """Fork children that end at once for so many seconds; write how many there were."""
    _count(lambda _: None, header, descriptors)


def count_runs(header: bytes, descriptors: list[int]) -> None:
    """As `count`, but each child compiles a program of its own, runs it and flushes what it printed, under no layer."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # for as long as this process lives
    _count(_run, header, descriptors)


def _run(number: int) -> None:
    exec(compile(f"print(sum(map(int, '1 2'.split())) + {number} - {number})", "solution.py", "exec"), {})
    sys.stdout.flush()


def _count(in_child: Callable[[int], None], header: bytes, descriptors: list[int]) -> None:
    fork = ctypes.PyDLL(None).fork
    end = time.monotonic() + SECONDS.unpack(header)[0]
    forked = 0
    while time.monotonic() < end:
        pid = fork()
        if pid == 0:
            in_child(forked)
            os._exit(0)
        os.waitpid(pid, 0)
        forked += 1
    os.write(descriptors[0], COUNT.pack(forked))
