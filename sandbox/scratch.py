"""The scratch folder of a slot: how much is in it, and how it is emptied whatever a program left there.

Nothing here follows a symbolic link or trusts a name, and no tree is too deep: work goes by descriptors, one level at
a time.
"""

from __future__ import annotations

import itertools
import os
import secrets
import stat
from pathlib import Path

MAX_ENTRIES = 4096  # files and folders of one run; each costs memory of the kernel's even when it is empty
MAX_DEPTH = 32  # each look walks every path from the top
BLOCK_BYTES = 512
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def is_over(folder: Path, max_bytes: int) -> bool:
    """Whether the folder holds more bytes, or more entries, than a run may leave. Looks no further than it must.

    What cannot be looked into (too deep, not readable) counts as over: only hiding makes it so.
    """
    held_bytes = entries = 0
    waiting = [(0, str(folder))]
    while waiting:
        depth, path = waiting.pop()
        try:
            found, below = _listed(path)
        except (FileNotFoundError, NotADirectoryError):
            continue  # removed while we looked
        except OSError:
            return True
        waiting += [(depth + 1, inner) for inner in below]
        entries += len(found)
        held_bytes += sum(found)
        if depth > MAX_DEPTH or entries > MAX_ENTRIES or held_bytes > max_bytes:
            return True
    return False


def has_room(folder: Path, wanted_bytes: int) -> bool:
    """Whether the folder's disk has, or had before the folder was written to, room for what a run may write."""
    disk = os.statvfs(folder)
    missing_bytes = wanted_bytes - disk.f_bavail * disk.f_frsize
    if missing_bytes > 0 and not is_over(folder, missing_bytes):
        return False
    return disk.f_files == 0 or disk.f_favail >= MAX_ENTRIES


def put(folder: Path, name: str, content: bytes) -> None:
    """Write a file that any user may read. `name` is one of ours: a plain name."""
    with open(folder / name, "xb") as file:
        file.write(content)
        os.fchmod(file.fileno(), 0o644)


def _listed(folder: str) -> tuple[list[int], list[str]]:
    """The bytes that each entry takes, and the folders among them."""
    sizes, below = [], []
    with os.scandir(folder) as listing:
        for entry in itertools.islice(listing, MAX_ENTRIES + 1):
            sizes.append(entry.stat(follow_symlinks=False).st_blocks * BLOCK_BYTES)
            if entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
    return sizes, below


def empty(folder: Path) -> None:
    """Remove all that is in the folder, but not the folder.

    A folder found in a folder is first moved up, so that depth never matters.
    """
    top = os.open(folder, FOLDER_FLAGS)
    try:
        while names := os.listdir(top):
            for name in names:
                _remove(top, name)
    finally:
        os.close(top)


def _remove(top: int, name: str) -> None:
    if not _is_folder(top, name):
        os.unlink(name, dir_fd=top)
        return
    inner = os.open(name, FOLDER_FLAGS, dir_fd=top)
    try:
        for below in os.listdir(inner):
            if _is_folder(inner, below):
                os.rename(below, secrets.token_hex(16), src_dir_fd=inner, dst_dir_fd=top)
            else:
                os.unlink(below, dir_fd=inner)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=top)


def _is_folder(parent: int, name: str) -> bool:
    """Whether it is a folder; if so, make sure that it can be read, emptied and moved."""
    if not stat.S_ISDIR(os.lstat(name, dir_fd=parent).st_mode):
        return False
    os.chmod(name, 0o700, dir_fd=parent)  # no link, as has just been seen; no program runs here any more
    return True
