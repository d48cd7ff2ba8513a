"""What a fork of a warm interpreter costs by itself: fork, exit, wait, and nothing else. Runs in such a one."""

from __future__ import annotations

import ctypes
import os
import struct
import time

SECONDS = struct.Struct("d")
COUNT = struct.Struct("Q")


def count(header: bytes, descriptors: list[int]) -> None:
    """Fork children that end at once for so many seconds; write how many there were."""
    fork = ctypes.PyDLL(None).fork
    end = time.monotonic() + SECONDS.unpack(header)[0]
    forked = 0
    while time.monotonic() < end:
        pid = fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        forked += 1
    os.write(descriptors[0], COUNT.pack(forked))
