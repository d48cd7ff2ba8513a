"""Landlock: a run reads the system's and the language's files, writes its scratch folder, and reaches nothing else.

Not guarded here: Landlock lets a process ask whether a path exists, change modes, owners and times, and connect to
sockets by path; the seccomp layer refuses the last two. Signals are scoped only from ABI 6.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from sandbox.isolation.kernel import syscall

if TYPE_CHECKING:
    from pathlib import Path

# Landlock's numbers are the same on every architecture.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
PATH_BENEATH = 1
LOG_NOTHING = 1 << 0 | 1 << 2  # neither of this domain nor of those below it

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_REG = 1 << 7, 1 << 8
REFER, TRUNCATE = 1 << 13, 1 << 14
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | 1 << 15

READ = READ_FILE | READ_DIR
# No symbolic links, devices, sockets or named pipes: nothing in the scratch folder leads anywhere else.
KEEP_HOUSE = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("filesystem", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


class Handled(NamedTuple):
    """What an ABI can refuse, as bits; `size` is the length of the structure it knows."""

    filesystem: int
    network: int
    scoped: int
    size: int


def handled(abi: int) -> Handled:
    """Everything that this ABI can refuse; all of it is refused unless a rule allows it."""
    bits = 13 + (abi >= 2) + (abi >= 3) + (abi >= 5)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    return Handled((1 << bits) - 1, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0, size)


def kernel_abi() -> int:
    """The newest Landlock ABI that the kernel speaks; 0 where there is none."""
    try:
        return syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(ASK_VERSION), what="landlock")
    except OSError:
        return 0


def quiet_flags(abi: int) -> int:
    """Keep what is refused out of the kernel's audit log, which a program could else flood."""
    return LOG_NOTHING if abi >= 7 else 0


def build(abi: int, read: Iterable[Path], write: Iterable[Path], scratch: Path, execute: Iterable[Path] = ()) -> int:
    """Return the descriptor of a ruleset; paths that do not exist are left out. What is in `execute` is read too.

    Raises:
        OSError: the kernel refused, or the scratch folder is missing.
    """
    all_rights = handled(abi)
    attributes = _RulesetAttributes(all_rights.filesystem, all_rights.network, all_rights.scoped)
    size = ctypes.c_size_t(all_rights.size)
    ruleset = syscall(CREATE_RULESET, ctypes.byref(attributes), size, ctypes.c_uint32(0), what="landlock ruleset")
    rights = [(path, READ) for path in read] + [(path, WRITE_FILE) for path in write]
    rights += [(path, READ | EXECUTE) for path in execute]
    for path, allowed in rights:
        if path.exists():
            _allow(ruleset, path, allowed & all_rights.filesystem)
    _allow(ruleset, scratch, KEEP_HOUSE & all_rights.filesystem)
    os.set_inheritable(ruleset, False)
    return ruleset


def restrict(ruleset: int, flags: int) -> None:
    """Put this process, for good, into a new domain of its own. Needs no_new_privs."""
    syscall(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(flags), what="landlock")


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    with _opened(path) as (descriptor, is_folder):
        rule = _PathBeneath(allowed if is_folder else allowed & FILE_RIGHTS, descriptor)
        arguments = (ctypes.c_int(ruleset), ctypes.c_int(PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
        syscall(ADD_RULE, *arguments, what=f"landlock rule for {path}")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[int, bool]]:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        yield descriptor, stat.S_ISDIR(os.fstat(descriptor).st_mode)
    finally:
        os.close(descriptor)
