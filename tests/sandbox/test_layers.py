"""Which layers are in force is found out, named, and insisted upon."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.base import Limits, Outcome, Program, SandboxError, SandboxUnavailable, Status
from sandbox.isolation import filters, landlock, layers, seccomp, users
from sandbox.probe import findings
from sandbox.run import Sandbox, SandboxConfig

ROOT = Path(__file__).parents[2]


def test_the_layers_in_force_are_named(sandbox: Sandbox) -> None:
    assert {"rlimits", "no_new_privs", "seccomp", "subreaper"} <= set(sandbox.layers)
    assert sandbox.missing is None


def test_the_sandbox_proves_itself(sandbox: Sandbox) -> None:
    sandbox.probe()


def test_a_probe_that_got_somewhere_is_named() -> None:
    outcome = Outcome(Status.OK, stdout=b"socket\nread files\ndone\n")
    assert findings(outcome, has_landlock=True) == "read files, socket"
    assert findings(outcome, has_landlock=False) == "socket"


def test_a_probe_that_did_not_finish_proves_nothing() -> None:
    assert findings(Outcome(Status.OK), has_landlock=True)
    assert "signalled" in findings(Outcome(Status.SIGNALLED), has_landlock=True)


def test_a_required_layer_that_is_missing_stops_the_start(scratch_root: Path) -> None:
    with pytest.raises(SandboxError, match="required isolation layer landlock is missing: the kernel has none"):
        Sandbox(SandboxConfig(scratch_root, require=("seccomp", "landlock"), landlock_abi_max=0))


def test_an_unknown_layer_stops_the_start(scratch_root: Path) -> None:
    with pytest.raises(SandboxError, match=r"no isolation layer 'moat'; known: .*landlock"):
        Sandbox(SandboxConfig(scratch_root, require=("moat",)))


def without_isolation(scratch_root: Path, allow_weak: bool) -> Sandbox:
    scratch_root.chmod(0o700)  # so that no other user could use it
    return Sandbox(SandboxConfig(scratch_root, landlock_abi_max=0, allow_weak=allow_weak))


def test_without_an_isolating_layer_programs_do_not_run(scratch_root: Path) -> None:
    sandbox = without_isolation(scratch_root, allow_weak=False)
    assert sandbox.missing is not None
    with pytest.raises(SandboxUnavailable, match="landlock: the kernel has none"):
        sandbox.open_slot().run(Program("python", "print(1)"), Limits())
    sandbox.close()


def test_without_an_isolating_layer_programs_run_where_that_is_allowed(scratch_root: Path) -> None:
    sandbox = without_isolation(scratch_root, allow_weak=True)
    assert sandbox.missing is None
    assert sandbox.open_slot().run(Program("python", "print(1)"), Limits()).stdout == b"1\n"
    sandbox.close()


def test_without_a_filter_programs_do_not_run() -> None:
    names = tuple(name for name in layers.KNOWN if name != layers.SECCOMP)
    assert layers.Layers(names, b"", 7, {"seccomp": "no library"}).missing == "seccomp: no library"


def test_a_sandbox_says_which_languages_it_has(sandbox: Sandbox) -> None:
    assert sandbox.languages()["python"] == sys.version.split()[0]


def test_each_landlock_abi_refuses_at_least_what_the_older_ones_do() -> None:
    for abi in range(1, 8):
        older, newer = landlock.handled(abi), landlock.handled(abi + 1)
        assert older.filesystem & ~newer.filesystem == 0
        assert older.size <= newer.size
    assert landlock.handled(1) == landlock.Handled((1 << 13) - 1, 0, 0, 8)


def test_the_checkout_is_not_among_what_programs_may_read(sandbox: Sandbox) -> None:
    readable = layers.readable_paths(sandbox._python.folders)
    assert not any(ROOT.is_relative_to(path) for path in readable)
    assert not any(path.is_relative_to(ROOT / "sandbox") for path in readable)


def test_the_filter_names_the_process_it_is_for() -> None:
    assert seccomp.OWN_PID.to_bytes(4, sys.byteorder) in filters.build(filters.PROFILES["warm"])


def test_a_folder_that_others_cannot_enter_is_found(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "file").touch()
    assert users.first_unreadable([closed / "file"]) == closed


def test_slots_have_users_of_their_own_where_that_is_possible(scratch_root: Path) -> None:
    system = Path("/usr/bin/python3")
    if not users.may_change_user() or not system.exists():
        pytest.skip("only root can give each slot a user")
    root = Path(os.path.realpath("/tmp")) / f"truegold-users-{os.getpid()}"
    sandbox = Sandbox(SandboxConfig(root, python=str(system), require=("users",)))
    try:
        slots = [sandbox.open_slot(), sandbox.open_slot()]
        seen = [
            slot.run(Program("python", "import os\nprint(os.getuid(), os.getgroups())"), Limits()).stdout
            for slot in slots
        ]
        assert seen == [f"{users.FIRST_UID + number} []\n".encode() for number in range(2)]
    finally:
        sandbox.close()
        root.rmdir()


def test_even_root_has_no_capabilities_inside(sandbox: Sandbox) -> None:
    source = "import os, resource\ntry: resource.setrlimit(resource.RLIMIT_NOFILE, (10**6, 10**6))\nexcept ValueError: print('kept')"
    assert sandbox.open_slot().run(Program("python", source), Limits()).stdout == b"kept\n"


def test_a_hardened_service_is_closed_to_its_peers_and_adopts_orphans() -> None:
    source = """
import ctypes
from sandbox.isolation.layers import harden_service
harden_service()
found = ctypes.c_int()
libc = ctypes.CDLL(None)
libc.prctl(37, ctypes.byref(found), 0, 0, 0)
print(libc.prctl(3, 0, 0, 0, 0), found.value)
"""
    ran = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "0 1\n"
