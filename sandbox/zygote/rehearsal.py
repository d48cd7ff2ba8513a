"""Rehearses a run in the warm interpreter itself, some times over, before it forks its first child.

What a child does for the first time writes to memory that it shares with its parent until then, and each page of that
is copied: caches of attributes, and code that the interpreter adapts as it runs. After a rehearsal all of it is as it
will be in every child.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
from collections.abc import Iterator

from sandbox.isolation import landlock, privileges, seccomp
from sandbox.zygote import child
from sandbox.zygote.confine import confine
from sandbox.zygote.order import READY, Order

TIMES = 20  # the interpreter adapts code once it has run eight times
KEPT_ABOVE_FD = 256
NO_RULESET, NO_FILTER = -1, b""
INPUT = b"1 2\n"
PROGRAM = b"import sys\nprint(sum(map(int, input().split())), len(sys.stdin.read()))\n"


def rehearse() -> None:
    """Must be called before anything of ours is hidden, and while this process may still read its own /proc."""
    unchanged = [(kind, *resource.getrlimit(kind)) for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)]
    header = Order("/", list(unchanged), dumpable=True).packed()
    for _ in range(TIMES):
        with _descriptors_kept():
            _run_once(header)


def _run_once(header: bytes) -> None:
    """All the steps of a run, but that none of them takes anything away from this process."""
    order = Order.unpacked(header)
    descriptors = [_holding(PROGRAM), _holding(INPUT), *(os.open(os.devnull, os.O_WRONLY) for _ in range(3))]
    child._open_streams()
    source, _ = child._arrange(order, descriptors)
    confine(order, None, privileges.capabilities())
    privileges.outlive_parent()
    with contextlib.suppress(OSError):
        landlock.restrict(NO_RULESET, 0)
    with contextlib.suppress(OSError):
        seccomp.install(NO_FILTER)
    os.write(child.FATE_FD, READY)
    child.run(child._read_all(source), order, child.answer)


def _holding(content: bytes) -> int:
    descriptor = os.memfd_create("rehearsal")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


@contextlib.contextmanager
def _descriptors_kept() -> Iterator[None]:
    """Whatever becomes of the lower descriptors meanwhile, they are as they were afterwards."""
    kept = []
    for descriptor in map(int, os.listdir("/proc/self/fd")):
        with contextlib.suppress(OSError):  # the one that lists the others is gone by now
            high = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, KEPT_ABOVE_FD)
            kept.append((descriptor, os.get_inheritable(descriptor), high))
    try:
        yield
    finally:
        os.closerange(0, KEPT_ABOVE_FD)
        for descriptor, inheritable, high in kept:
            os.dup2(high, descriptor, inheritable)
            os.close(high)
