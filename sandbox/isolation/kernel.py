"""Calls into the kernel that Python's library does not offer, as plain functions that raise OSError."""

from __future__ import annotations

import ctypes
import functools
import os


@functools.cache
def libc() -> ctypes.CDLL:
    """The C library. What a forked child needs is made ready, for each page that a child writes to is copied first."""
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    library.capset.argtypes = library.capget.argtypes = [ctypes.c_char_p, ctypes.c_char_p]
    library.syscall.restype = ctypes.c_long
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
    return checked(libc().prctl(option, *(*arguments, 0, 0, 0, 0)[:4]), what)


def syscall(number: int, *arguments: object, what: str) -> int:
    return checked(libc().syscall(ctypes.c_long(number), *arguments), what)
