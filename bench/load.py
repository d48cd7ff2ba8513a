"""Makes load: several connections that each post one body after the other, no two bodies the same."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

CONNECTIONS = 4
TIMEOUT_S = 300.0
MARK = "000000000000"  # stands in each sample for a number that no other body has, so that no cache can answer
HEADERS = {"Content-Type": "application/json"}


class Bodies:
    """Requests of samples that differ from all others, in their own request too; making the next costs one join."""

    def __init__(self, samples: Sequence[Mapping[str, Any]]) -> None:
        self.samples = len(samples)
        self._parts = json.dumps({"samples": samples}).encode().split(MARK.encode())
        self._numbers = itertools.count(100_000_000_000)

    def next(self) -> bytes:
        parts = self._parts
        marks = [b"%012d" % number for number in itertools.islice(self._numbers, len(parts) - 1)]
        return b"".join(itertools.chain.from_iterable(zip(parts, [*marks, b""], strict=True)))


def samples_per_s(url: str, bodies: Bodies, seconds: float) -> float:
    """Post for so long over all connections; every request that was begun is finished and counted."""
    start = time.monotonic()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        requests = sum(threads.map(lambda _: _post_until(url, bodies, start + seconds), range(CONNECTIONS)))
    return requests * bodies.samples / (time.monotonic() - start)


def _post_until(url: str, bodies: Bodies, end: float) -> int:
    connection = _connect(url)
    count = 0
    while time.monotonic() < end:
        connection.request("POST", "/v1/rewards", bodies.next(), HEADERS)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} from {url}: {content[:500]!r}")
        count += 1
    connection.close()
    return count


def stream(url: str, body: Mapping[str, Any]) -> Iterator[tuple[float, dict[str, Any]]]:
    """Post once and give each line of the NDJSON answer, with the seconds since the request was sent."""
    connection = _connect(url)
    raw = json.dumps(body).encode()
    start = time.monotonic()
    connection.request("POST", "/v1/rewards", raw, {**HEADERS, "Accept": "application/x-ndjson"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status} from {url}: {answer.read(500)!r}")
    for line in answer:
        if line.strip():
            yield time.monotonic() - start, json.loads(line)
    connection.close()


def _connect(url: str) -> HTTPConnection:
    parts = urlsplit(url)
    return HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
