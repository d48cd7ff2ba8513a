"""Posts rows to the service in batches, a few at once, and returns a score a row."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import Any

import httpx

from bench.rows import Row, sample_of

BATCH_ROWS = 64
BATCH_CHARS = 4_000_000
CONNECTIONS = 4
DEADLINE_S = 1800.0


class Refused(Exception):
    """The service cannot judge this set at all (no such verifier, say); the message is its own."""


def post_rows(url: str, rows: Sequence[Row]) -> list[float | None]:
    """The reward of each row, None where the service abstained.

    Raises:
        Refused: the service answered with an error status.
    """
    timeout = httpx.Timeout(DEADLINE_S + 60, connect=10)
    with httpx.Client(base_url=url, timeout=timeout) as client, ThreadPoolExecutor(CONNECTIONS) as threads:
        batches = threads.map(lambda batch: _post(client, batch), _batches(rows))
        return list(chain.from_iterable(batches))


def _batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    chars = 0
    for row in rows:
        size = len(row["completion"])
        if batch and (len(batch) == BATCH_ROWS or chars + size > BATCH_CHARS):
            yield batch
            batch, chars = [], 0
        batch.append(row)
        chars += size
    if batch:
        yield batch


def _post(client: httpx.Client, rows: Sequence[Row]) -> list[float | None]:
    body = {"samples": [sample_of(row) for row in rows], "deadline_s": DEADLINE_S}
    answer = client.post("/v1/rewards", json=body)
    while answer.status_code in (429, 503):
        time.sleep(float(answer.headers.get("retry-after", 1)))
        answer = client.post("/v1/rewards", json=body)
    if answer.status_code != 200:
        raise Refused(_why(answer))
    rewards: list[float | None] = answer.json()["rewards"]
    return rewards


def _why(answer: httpx.Response) -> str:
    try:
        problem: Any = answer.json()
    except ValueError:
        return f"{answer.status_code}: {answer.text[:200]}"
    return str(problem.get("detail") or problem.get("title") or answer.status_code)[:200]
