"""Which layers this machine has, and whether they are enough."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.base import SandboxError
from sandbox.isolation import filters, landlock, namespaces, privileges, users

log = logging.getLogger(__name__)

ALWAYS = ("rlimits", "no_new_privs", "subreaper")
SECCOMP, LANDLOCK, USERS, NAMESPACES = "seccomp", "landlock", "users", "namespaces"
KNOWN = (*ALWAYS, SECCOMP, LANDLOCK, USERS, NAMESPACES)
ISOLATING = (LANDLOCK, USERS)

SYSTEM_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
)
WRITABLE = (Path("/dev/null"),)


@dataclass(frozen=True, slots=True)
class Layers:
    """What is in force. `filters` (one for each profile) and `landlock_abi` are what the layers were built from.

    `lacking` says of the others why they are not.
    """

    names: tuple[str, ...]
    filters: Mapping[str, bytes]
    landlock_abi: int
    lacking: dict[str, str]
    namespaces: int = 0  # the flags of those to make

    @property
    def filter_(self) -> bytes:
        """The filter of a child of the warm interpreter."""
        return self.filters["warm"]

    def counts_apart(self, uid: int | None) -> bool:
        """Say whether a limit on processes would count those of one slot alone."""
        return uid is not None or namespaces.counts_apart(self.namespaces)

    @property
    def missing(self) -> str | None:
        """Why programs may not run here, or None: a filter, and one layer that keeps runs apart, are needed."""
        if SECCOMP not in self.names:
            return f"{SECCOMP}: {self.lacking[SECCOMP]}"
        if any(name in self.names for name in ISOLATING):
            return None
        return "; ".join(f"{name}: {self.lacking[name]}" for name in ISOLATING)


def harden_service() -> None:
    """Close this process to its peers, and adopt what its children leave behind. Called once, when the service starts.

    Peers of the same user can then neither trace it nor read its memory or environment. A descendant whose parent died
    becomes a child of the service, which lets it be seen and ended.
    """
    privileges.set_dumpable(False)
    privileges.adopt_orphans()


def find_layers(
    read: Iterable[Path], scratch_root: Path, landlock_abi_max: int | None, python: str, left_out: Iterable[str] = ()
) -> Layers:
    """Try which layers this machine has; `read` is what a program must be able to read whatever its user.

    Those in `left_out` are not used though they are there.
    """
    lacking: dict[str, str] = {}
    built = dict.fromkeys(filters.PROFILES, b"")
    try:
        built = {name: filters.build(profile) for name, profile in filters.PROFILES.items()}
    except (OSError, RuntimeError, ImportError) as error:
        lacking[SECCOMP] = f"no filter could be built ({error}); install libseccomp2"
    abi = landlock.kernel_abi()
    if landlock_abi_max is not None:
        abi = min(abi, landlock_abi_max)
    if abi < 1:
        lacking[LANDLOCK] = "the kernel has none (5.13 or later, with landlock among its security modules)"
    if not users.may_change_user():
        lacking[USERS] = "the service may not change users (it needs SETUID, SETGID, CHOWN and KILL)"
    elif (closed := users.first_unreadable([*read, scratch_root])) is not None:
        lacking[USERS] = f"another user could not read {closed}"
    flags, why = namespaces.find(python)
    if not flags:
        lacking[NAMESPACES] = why
    lacking |= dict.fromkeys(left_out, "left out by configuration")
    names = tuple(name for name in KNOWN if name not in lacking)
    if SECCOMP in lacking:
        built = dict.fromkeys(filters.PROFILES, b"")
    return Layers(names, built, abi if LANDLOCK in names else 0, lacking, flags if NAMESPACES in names else 0)


def require(layers: Layers, wanted: Iterable[str]) -> None:
    """Raise SandboxError unless every wanted layer is in force."""
    for name in wanted:
        if name not in KNOWN:
            raise SandboxError(f"no isolation layer {name!r}; known: {', '.join(KNOWN)}")
        if name not in layers.names:
            raise SandboxError(f"the required isolation layer {name} is missing: {layers.lacking[name]}")


def readable_paths(language_folders: Iterable[Path]) -> list[Path]:
    """All that a program may read besides its scratch folder."""
    return [*map(Path, SYSTEM_FOLDERS), *map(Path, SYSTEM_FILES), *language_folders]
