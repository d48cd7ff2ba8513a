"""Namespaces of process numbers, network, shared memory and host name: made once for each warm interpreter.

Its children see no process but their own interpreter, which is the first in its namespace: when it dies the kernel
kills all others. Where the service is no administrator, a user namespace comes first.

Not guarded here: files. A mount namespace would add nothing where Landlock is, and in a container the kernel refuses
the fresh /proc that it would need.
"""

from __future__ import annotations

import errno
import functools
import os
import re
import subprocess

NEW_USER, NEW_PID, NEW_NET, NEW_IPC, NEW_UTS = 0x10000000, 0x20000000, 0x40000000, 0x08000000, 0x04000000
APART = NEW_PID | NEW_NET | NEW_IPC | NEW_UTS
TRY_S = 20.0
COUNTS_APART_FROM = (5, 14)  # the first Linux whose user namespaces count their own processes
TRIAL = """
import ctypes, sys
libc = ctypes.CDLL(None, use_errno=True)
sys.exit(ctypes.get_errno() if libc.unshare(int(sys.argv[1])) else 0)
"""


@functools.cache
def counts_apart(flags: int) -> bool:
    """Say whether the kernel counts the processes of these namespaces by themselves, for RLIMIT_NPROC."""
    release = tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
    return bool(flags & NEW_USER) and release >= COUNTS_APART_FROM


def find(python: str) -> tuple[int, str]:
    """Return the flags that work here, 0 where none do, and then why."""
    refused = 0
    for flags in (APART, NEW_USER | APART):
        command = [python, "-I", "-S", "-c", TRIAL, str(flags)]
        try:
            refused = subprocess.run(command, env={}, capture_output=True, check=False, timeout=TRY_S).returncode
        except (OSError, subprocess.TimeoutExpired) as error:
            return 0, str(error)
        if refused == 0:
            return flags, ""
    why = os.strerror(refused) if refused in errno.errorcode else f"exit code {refused}"
    return 0, f"the kernel, or the container's seccomp profile, refuses them ({why})"
