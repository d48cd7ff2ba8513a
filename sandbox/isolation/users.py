"""A user of its own for each slot, where the service may change users.

Not guarded here: what every user may read or write. A kernel counts and kills by user, so slots cannot meet.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FIRST_UID = 61_000  # above what distributions hand out, below 65,536 so that it exists in a mapped container too
UIDS = range(FIRST_UID, 65_536)
CAP_SETGID, CAP_SETUID, CAP_KILL, CAP_CHOWN = 6, 7, 5, 0
NEEDED = (1 << CAP_SETGID) | (1 << CAP_SETUID) | (1 << CAP_KILL) | (1 << CAP_CHOWN)


def may_change_user() -> bool:
    """Whether this process holds the capabilities that a user per slot needs."""
    with open("/proc/self/status") as status:
        return any(line.startswith("CapEff:") and int(line.split()[1], 16) & NEEDED == NEEDED for line in status)


def first_unreadable(paths: Iterable[Path]) -> Path | None:
    """The first path (or folder above one) that a stranger's user could not read, or None."""
    for path in paths:
        for part in (path, *path.parents):
            wanted = stat.S_IXOTH if part.is_dir() else stat.S_IROTH
            if part.exists() and not part.stat().st_mode & wanted:
                return part
    return None


def become(uid: int) -> None:
    """Become the user for good, with no other group than its own."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
