"""Puts a filter on system calls on this process. What it lets through is written in `filters`."""

from __future__ import annotations

import ctypes
import os
import sys

from sandbox.isolation.kernel import prctl

INSTRUCTION_BYTES = 8
OWN_PID = 0x7E57C0DE  # stands for the child's process number until `install` writes it in
START_FD = 1000  # holds what is to be executed; above every program's own limit, so that it cannot be opened again
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install(filter_: bytes) -> None:
    """Load the filter into this process, for good. Needs no_new_privs; must come last."""
    own = filter_.replace(OWN_PID.to_bytes(4, sys.byteorder), os.getpid().to_bytes(4, sys.byteorder))
    program = _FilterProgram(len(own) // INSTRUCTION_BYTES, own)
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program), what="seccomp")
