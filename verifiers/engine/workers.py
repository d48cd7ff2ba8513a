"""Warm, killable workers: the service's side. A worker that dies is data here, and the next one is a fork away."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from sandbox.forkserver import Child, Ended, ForkServer, ForkServerLost
from verifiers.engine import frames
from verifiers.engine.worker import OVER_BUDGET_SIGNAL, Answer, Order, Setup, pack_orders, unpack

log = logging.getLogger("truegold.workers")

ROOT = Path(__file__).resolve().parents[2]
ENTRY = "verifiers.engine.worker:serve"
WALL_PER_CPU = 10.0  # a comparison may wait for a core this many times longer than it may use one
REAP_S = 5.0
MAX_ORDERS_EACH = 5_000  # then the worker is replaced: sympy's caches only grow
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}


class DeathReason(StrEnum):
    """What ended a worker: its CPU budget, the kernel or an operator, or a crash of its own."""

    BUDGET = "budget"
    OUTSIDE = "outside"
    CRASH = "crash"


class WorkerDied(Exception):
    """A worker ended before it answered. `ended` is None where nobody could say how."""

    def __init__(self, ended: Ended | None) -> None:
        super().__init__(f"the worker ended: {ended}")
        self.ended = ended

    @property
    def reason(self) -> DeathReason:
        if self.over_budget:
            return DeathReason.BUDGET
        return DeathReason.OUTSIDE if self.killed_from_outside else DeathReason.CRASH

    @property
    def over_budget(self) -> bool:
        return self.ended is not None and self.ended.signal == OVER_BUDGET_SIGNAL

    @property
    def killed_from_outside(self) -> bool:
        """Whether the kernel or an operator killed it: nothing that a completion can do to its own worker."""
        return self.ended is None or self.ended.signal in (9, 15, 2)


class Template:
    """The process that has imported the rules and forks workers. Restarted when it is lost. Safe for threads."""

    def __init__(self, preload: Sequence[str], memory_bytes: int, mounted: Path | None = None) -> None:
        self._preload = tuple(preload)
        self._header = frames.to_json(Setup(memory_bytes, str(mounted.resolve()) if mounted else None))
        self._lock = threading.Lock()
        self._server: ForkServer | None = None

    def start(self) -> None:
        """Start the template and wait until everything is imported.

        Raises:
            ForkServerLost: a module to preload cannot be imported.
        """
        with self._lock:
            self._start()

    def _start(self) -> ForkServer:
        self._server = ForkServer(ENTRY, self._preload, [str(ROOT)], ENVIRONMENT)
        self._server.wait_ready()
        return self._server

    def fork(self) -> Worker:
        ours, theirs = socket.socketpair()
        with theirs:
            return Worker(self._fork(theirs.fileno()), ours)

    def _fork(self, descriptor: int) -> Child:
        with self._lock:
            server = self._server or self._start()
            try:
                return self._forked_by(server, descriptor)
            except ForkServerLost:
                log.error("the template of the workers was lost; starting another")
                server.close()
                return self._forked_by(self._start(), descriptor)

    def _forked_by(self, server: ForkServer, descriptor: int) -> Child:
        child = server.fork(self._header, [descriptor])
        _ = child.pid  # once it is told, the child is there
        return child

    def close(self) -> None:
        with self._lock:
            if self._server is not None:
                self._server.close()
                self._server = None


class Worker:
    """One warm worker. Used by one thread at a time."""

    def __init__(self, child: Child, peer: socket.socket) -> None:
        self._child = child
        self._peer = peer
        self._reader = frames.Reader(peer)
        self._orders = 0

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def is_worn(self) -> bool:
        return self._orders >= MAX_ORDERS_EACH

    def answers(self, orders: Sequence[Order]) -> Iterator[Answer]:
        """Send all orders at once and yield their answers, in order, as they come.

        Raises:
            WorkerDied: while it worked on the order whose answer is the next one missing.
        """
        self._orders += len(orders)
        try:
            frames.send(self._peer, pack_orders(orders))
            for order in orders:
                wait_s = order.budget_s * WALL_PER_CPU
                yield unpack(self._reader.frame(wait_s, frames.MAX_ANSWER_BYTES))
        except frames.Closed:
            raise WorkerDied(self._end()) from None
        except frames.Late:
            self._child.kill()
            raise WorkerDied(self._end()) from None

    def _end(self) -> Ended | None:
        try:
            ended = self._child.wait(REAP_S)
        except ForkServerLost:
            ended = None
        self.close()
        return ended

    def close(self) -> None:
        self._peer.close()
        self._child.close()
