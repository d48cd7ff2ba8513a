"""Scores a log into a file that can be gone on with: one line a row, in the log's order, nothing measured in it.

What differs from run to run (milliseconds, CPU seconds, memory) is left out, so that two scorings can be compared, and
one that was interrupted ends as one in one go does.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from app.commands.asking import Reply, Service
from app.commands.exits import CannotDo
from app.commands.log import Log, Row, cut, read_samples, to_body

IN_FLIGHT = 4
MEASURED = ("ms", "cpu_s", "peak_bytes", "wall_s")
REFUSED = "refused"  # the code of a row that the service would not take

Scored = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """How a log is scored. `name` is short and the same exactly when all of this is the same."""

    head: Mapping[str, Any]
    verifier: str | None
    renames: Mapping[str, str]

    @property
    def name(self) -> str:
        text = json.dumps([self.head, self.verifier, self.renames], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


def lines_done(out: Path, log: Log, asked: Asked) -> int:
    """Return how many rows an earlier run has written, and cut off a last line that it left unfinished.

    Raises:
        CannotDo: the file was made from other rows, or with other options.
    """
    if not out.exists():
        return 0
    done = end = 0
    with out.open("rb+") as file:
        for text in file:
            if not text.endswith(b"\n"):
                break
            _check_same(text, done, log, asked, out)
            done += 1
            end += len(text)
        file.truncate(end)
    return done


def _check_same(text: bytes, place: int, log: Log, asked: Asked, out: Path) -> None:
    advice = "give another --out, or --restart to write it anew"
    try:
        scored = msgspec.json.decode(text)
        mark = (scored["line"], scored["row"], scored["asked"])
    except (ValueError, TypeError, LookupError) as error:
        raise CannotDo(f"{out} line {place + 1} is no scored row: {advice}") from error
    row = log.rows[place] if place < len(log.rows) else None
    if row is None or mark[:2] != (row.line, row.digest):
        raise CannotDo(f"{out} line {place + 1} was made from another log: {advice}")
    if mark[2] != asked.name:
        raise CannotDo(f"{out} was made with other options: {advice}")


def score_log(service: Service, log: Log, asked: Asked, out: Path, done: int, on_rows: Callable[[int], None]) -> None:
    """Append what is missing. `on_rows` is told how many rows each request has brought.

    Raises:
        CannotDo: the service refuses how the log is to be scored.
        NoService: it went away; what is written stays.
    """
    rest = {row.line for row in log.rows[done:]}
    # Cut as in one go, whatever is done already: what a request holds decides its fingerprint.
    batches = [batch for batch in cut(log.rows) if any(row.line in rest for row in batch)]
    order = iter([row.line for row in log.rows[done:]])
    waiting: dict[int, Scored] = {}
    following = next(order, None)
    with out.open("ab") as file:
        for batch in _in_turn(batches, lambda batch: _score(service, log.path, batch, asked)):
            waiting |= {scored["line"]: scored for scored in batch if scored["line"] in rest}
            while following in waiting:
                file.write(msgspec.json.encode(waiting.pop(following)) + b"\n")
                following = next(order, None)
            file.flush()
            on_rows(sum(scored["line"] in rest for scored in batch))


def _in_turn(
    batches: Sequence[tuple[Row, ...]], score: Callable[[tuple[Row, ...]], list[Scored]]
) -> Iterator[list[Scored]]:
    """Score some batches at once and yield their results in order; never more than a few lie in memory."""
    todo = iter(batches)
    threads = ThreadPoolExecutor(IN_FLIGHT, "scoring")
    try:
        running: deque[Future[list[Scored]]] = deque(
            threads.submit(score, batch) for batch in islice(todo, 2 * IN_FLIGHT)
        )
        while running:
            yield running.popleft().result()
            running += [threads.submit(score, batch) for batch in islice(todo, 1)]
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def _score(service: Service, path: Path, batch: tuple[Row, ...], asked: Asked) -> list[Scored]:
    with path.open("rb") as file:
        reply = _ask(service, file, batch, asked)
        if reply.status == HTTPStatus.OK:
            return _scored(batch, reply.body, asked)
        if reply.fields and not any(field.startswith("samples") for field in reply.fields):
            raise CannotDo(reply.problem)
        if len(batch) == 1:
            return [_refused(batch[0], reply, asked)]
    if reply.status not in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        raise CannotDo(reply.problem)
    # One row spoils the request: each is asked for alone, so that only its own group is torn.
    return [scored for row in batch for scored in _score(service, path, (row,), asked)]


def _ask(service: Service, file: BinaryIO, batch: tuple[Row, ...], asked: Asked) -> Reply:
    samples = read_samples(file, batch, asked.renames, asked.verifier)
    return service.ask("/v1/rewards", to_body({**asked.head, "samples": samples}))


def _scored(batch: Sequence[Row], answer: Mapping[str, Any], asked: Asked) -> list[Scored]:
    return [
        {**_mark(row, asked), "fingerprint": answer["fingerprint"], **_settled(result)}
        for row, result in zip(batch, answer["results"], strict=True)
    ]


def _refused(row: Row, reply: Reply, asked: Asked) -> Scored:
    error = {"code": REFUSED, "message": reply.problem, "retryable": False}
    return {
        **_mark(row, asked),
        "fingerprint": None,
        "id": str(row.line),
        "reward": None,
        "error": error,
        "components": [],
    }


def _mark(row: Row, asked: Asked) -> Scored:
    return {"line": row.line, "row": row.digest, "asked": asked.name}


def _settled(value: Any) -> Any:
    """Leave out what was measured."""
    if isinstance(value, dict):
        return {name: _settled(item) for name, item in value.items() if name not in MEASURED}
    return [_settled(item) for item in value] if isinstance(value, list) else value
