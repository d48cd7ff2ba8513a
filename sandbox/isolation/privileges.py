"""What a process may still gain or lose: privileges, capabilities, core dumps, orphans, and who is killed first.

Not guarded here: what the process can already reach. That is the work of the other layers.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import struct

from sandbox.isolation.kernel import checked, libc, prctl

SIGKILL = int(signal.SIGKILL)
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
VERSION_AND_SELF = struct.pack("=Ii", 0x20080522, 0)  # the third version of the call
NO_CAPABILITIES = bytes(6 * 4)
OOM_FIRST = "1000"


def forbid_new_privileges() -> None:
    prctl(PR_SET_NO_NEW_PRIVS, 1, what="no_new_privs")


def set_dumpable(dumpable: bool) -> None:
    """Say whether peers of the same user may look into this process through /proc and ptrace."""
    prctl(PR_SET_DUMPABLE, int(dumpable), what="dumpable")


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that none is lost."""
    prctl(PR_SET_CHILD_SUBREAPER, 1, what="subreaper")


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies. A change of user resets this."""
    prctl(PR_SET_PDEATHSIG, SIGKILL, what="parent death signal")


def outlive_parent() -> None:
    prctl(PR_SET_PDEATHSIG, 0, what="parent death signal")


def capabilities() -> bytes:
    """What this process may do, in the form that `keep_capabilities` takes."""
    held = ctypes.create_string_buffer(len(NO_CAPABILITIES))
    checked(libc().capget(VERSION_AND_SELF, held), "capget")
    return held.raw


def keep_capabilities(kept: bytes) -> None:
    """Give up every capability but these, for good. Harmless where there are none."""
    libc().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)  # may fail: old kernels have no ambient ones
    checked(libc().capset(VERSION_AND_SELF, kept), "capset")


def be_killed_first() -> None:
    """Offer this process and its children to the kernel when memory runs out. Refused once it is not dumpable."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(OOM_FIRST)
