"""math-verify as its users call it, as a yardstick: `parse` and `verify` with their defaults, 5 s each.

It runs in processes of their own, one a core, which are killed and replaced where its own time limits do not hold.
Those limits need a main thread, and where they strike they make a wrong 0; that is left as it is.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from threading import local

from bench.rows import Row

KILL_S = 60.0

_spawn = multiprocessing.get_context("spawn")


def can_judge(row: Row) -> bool:
    """Only a ground truth that is one text, under the verifier of mathematics."""
    return row["verifier"] == "math" and isinstance(row["ground_truth"], str)


class Anchor:
    """Judges rows with math-verify, as many at once as there are cores."""

    def __init__(self) -> None:
        self._cores = len(os.sched_getaffinity(0))
        self._threads = ThreadPoolExecutor(self._cores)
        self._mine = local()
        self._workers: list[_Worker] = []

    def judge(self, rows: Sequence[Row]) -> list[float | None]:
        """1 or 0 a row; None where the process had to be killed."""
        return list(self._threads.map(self._judge, rows))

    def warm_up(self) -> None:
        """Start the processes, so that the first set does not pay for their imports."""
        row = {"completion": r"\boxed{1}", "ground_truth": "1"}
        self.judge([row] * self._cores * 4)

    def close(self) -> None:
        self._threads.shutdown()
        for worker in self._workers:
            worker.kill()

    def _judge(self, row: Row) -> float | None:
        worker: _Worker | None = getattr(self._mine, "worker", None)
        if worker is None or not worker.is_alive:
            worker = self._mine.worker = _Worker()
            self._workers.append(worker)
        return worker.judge(row["ground_truth"], row["completion"])


class _Worker:
    def __init__(self) -> None:
        self._connection, other = _spawn.Pipe()
        self._process = _spawn.Process(target=_serve, args=(other,), daemon=True)
        self._process.start()
        other.close()

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def judge(self, truth: str, completion: str) -> float | None:
        self._connection.send((truth, completion))
        if not self._connection.poll(KILL_S):
            self.kill()
            return None
        try:
            return float(self._connection.recv())
        except EOFError:
            self.kill()
            return None

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._connection.close()


def _serve(connection: Connection) -> None:
    from math_verify import parse, verify

    logging.disable(logging.CRITICAL)
    while True:
        try:
            truth, completion = connection.recv()
        except EOFError:
            return
        # A ground truth is bare LaTeX in most sets, which math-verify reads in a box or between dollars only.
        gold = f"\\boxed{{{truth}}}"
        connection.send(bool(verify(parse(gold), parse(completion))))


@contextmanager
def anchor() -> Iterator[Anchor]:
    judge = Anchor()
    try:
        judge.warm_up()
        yield judge
    finally:
        judge.close()
