"""Calls into the kernel that Python's library does not offer, as plain functions that raise OSError."""

from __future__ import annotations

import ctypes
import functools
import os


@functools.cache
def libc() -> ctypes.CDLL:
    """The C library. The functions that a forked child needs are looked up already, which is slow the first time."""
    library = ctypes.CDLL(None, use_errno=True)
    for name in ("prctl", "syscall", "capset"):
        getattr(library, name)
    return library


def checked(result: int, what: str) -> int:
    """Pass on a result that is not negative.

    Raises:
        OSError: the call failed; `what` names it.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def prctl(option: int, *arguments: int, what: str) -> int:
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return checked(libc().prctl(option, *padded), what)


def syscall(number: int, *arguments: object, what: str) -> int:
    return checked(libc().syscall(ctypes.c_long(number), *arguments), what)
