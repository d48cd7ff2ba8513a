"""A run that is slow to begin: what its process said meanwhile counts, whoever read it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.base import Limits
from sandbox.conversation import HEAD
from sandbox.forkserver import Child
from sandbox.nursery import PID
from sandbox.watch import READY_BYTES, Run, Watch
from sandbox.wires import Wires
from sandbox.zygote.order import FATE, LOADED, READY

REQUEST = b"what is f(1)?"


@pytest.fixture
def wires() -> Iterator[Wires]:
    opened = Wires(b"", b"", None, with_channel=True)
    yield opened
    opened.close()


@pytest.mark.parametrize("is_started", [False, True], ids=["a program that is forked", "one that is executed"])
def test_a_look_that_hears_that_it_has_loaded_asks_it(wires: Wires, tmp_path: Path, is_started: bool) -> None:
    """The machine was busy: the first look comes before anything was heard, and finds it all there."""
    leash, nursery = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with leash, nursery, socket.socket(fileno=wires.theirs.pop()) as channel:
        nursery.send(PID.pack(os.getpid()))
        os.write(wires.theirs[FATE], READY.ljust(READY_BYTES, b"\0") + (b"" if is_started else LOADED))
        watch = Watch(Child(leash), wires, Run(Limits(), (REQUEST,), tmp_path, 0, is_started=is_started, tick_s=0.0))
        watch.look_if_due()
        channel.setblocking(False)
        assert channel.recv(1000)[HEAD.size :] == REQUEST
