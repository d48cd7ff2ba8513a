"""Folders that a killed service left behind: each is locked while its service lives, and removed by the next one."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sandbox import scratch

log = logging.getLogger(__name__)

SLOT = "slot-"


def make_folder(root: Path, prefix: str) -> tuple[Path, int]:
    """Make a folder and lock it; the lock goes with the descriptor, hence with this process."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=root)).resolve()
        with contextlib.suppress(OSError):  # another service, just starting, has taken it for a dead one's
            descriptor = os.open(folder, scratch.FOLDER_FLAGS)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if folder.exists():
                return folder, descriptor
            os.close(descriptor)


def why_unwritable(root: Path) -> str | None:
    """Why no folder can be made here; None where one can."""
    try:
        os.rmdir(tempfile.mkdtemp(prefix="writable-", dir=root))
    except OSError as error:
        return f"the scratch folder {root} cannot be written: {error.strerror}"
    return None


def sweep(root: Path, owners: Iterable[int]) -> None:
    """Remove the slots' folders, of these users, whose service is gone. Other files in the folder are left alone."""
    for folder in root.glob(f"{SLOT}*"):
        try:
            _sweep_one(folder, frozenset(owners))
        except OSError as error:
            log.warning("the leftover folder %s cannot be removed: %s", folder, error)


def _sweep_one(folder: Path, owners: frozenset[int]) -> None:
    try:
        descriptor = os.open(folder, scratch.FOLDER_FLAGS)
    except (NotADirectoryError, FileNotFoundError, PermissionError):
        return  # nothing of ours, or of another user's service
    try:
        if os.fstat(descriptor).st_uid not in owners:
            return
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        scratch.empty(folder)
        folder.rmdir()
        log.info("removed %s, which a killed service had left", folder)
    except BlockingIOError:
        return  # its service lives
    finally:
        os.close(descriptor)
