"""A fork server's children live on their leash, and nothing of theirs outlives them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.forkserver import ForkServer, ForkServerLost

ROOT = str(Path(__file__).parents[2])
FORKED = "tests.sandbox.forked"


def started(function: str) -> Iterator[ForkServer]:
    server = ForkServer(f"{FORKED}:{function}", path=[ROOT])
    server.wait_ready()
    yield server
    server.close()


@pytest.fixture
def daemons() -> Iterator[ForkServer]:
    yield from started("daemon")


@pytest.fixture
def sleepers() -> Iterator[ForkServer]:
    yield from started("sleep")


@pytest.fixture
def leavers() -> Iterator[ForkServer]:
    yield from started("exit_with")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_exit_code_comes_back(leavers: ForkServer) -> None:
    child = leavers.fork(b"\x07")
    ended = child.wait()
    assert ended is not None
    assert (ended.exit_code, ended.signal) == (7, None)
    child.close()


def test_a_daemon_dies_with_the_child_that_left_it(daemons: ForkServer) -> None:
    near, far = os.pipe()
    child = daemons.fork(b"", [far])
    os.close(far)
    daemon = int(os.read(near, 20))
    os.close(near)
    assert child.wait() is not None
    assert not is_alive(daemon)
    child.close()


def test_a_killed_child_is_dead_when_its_end_is_reported(sleepers: ForkServer) -> None:
    child = sleepers.fork()
    assert child.wait(0.0) is None
    child.kill()
    ended = child.wait()
    assert ended is not None
    assert ended.signal == signal.SIGKILL
    assert not is_alive(child.pid)
    child.close()


def test_children_die_with_their_fork_server(sleepers: ForkServer) -> None:
    child = sleepers.fork()
    os.kill(sleepers.pid, signal.SIGKILL)
    with pytest.raises(ForkServerLost):
        child.wait()


def test_a_module_that_cannot_be_imported_is_named() -> None:
    server = ForkServer(f"{FORKED}:sleep", preload=["no_such_module"], path=[ROOT])
    with pytest.raises(ForkServerLost, match="No module named 'no_such_module'"):
        server.wait_ready()
    server.close()


def test_an_end_is_noticed_where_the_kernel_gives_no_descriptor_for_it() -> None:
    server = ForkServer(f"{FORKED}:exit_with", path=[ROOT], prepare=f"{FORKED}:forget_pidfd")
    server.wait_ready()
    children = [server.fork(bytes([code])) for code in (3, 4)]
    assert [getattr(child.wait(), "exit_code", None) for child in children] == [3, 4]
    for child in children:
        child.close()
    server.close()
