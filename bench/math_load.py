"""`python -m bench.math_load`: memory over 200,000 plain samples, and mathematics beside 10,000 programs."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bench.leavings import MIB, seen
from bench.load import CONNECTIONS, HEADERS, Bodies
from bench.machine import describe
from bench.process import serving
from bench.report import markdown
from bench.table import Measured
from bench.throughput import BATCH, NUMBER_SAMPLE

PLAIN = 200_000
WARM = 150_000  # more than the service remembers scores
PROGRAMS = 10_000
GROWTH_BYTES = 16 * MIB
P99_S = 0.1
PAUSE_S = 0.05
MOST_CURLS = 1_000
TIMEOUT_S = 1800.0
FORMULA = {"completion": r"So it is $\boxed{(x-1)(x+1) + %d}$.", "ground_truth": "x^2 - 1 + %d"}
_numbers = count()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.math_load", description=__doc__)
    parser.add_argument("--samples", type=int, default=PLAIN)
    parser.add_argument("--programs", type=int, default=PROGRAMS)
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    with serving("app.main:create_app", "/readyz") as url:
        measured = [*_memory(url, arguments.samples), *_beside_programs(url, arguments.programs)]
    text = _text(measured)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


def _memory(url: str, samples: int) -> list[Measured]:
    bodies = Bodies([NUMBER_SAMPLE] * BATCH)
    _post(url, bodies, min(WARM, samples) // BATCH)
    before = seen(url).memory_bytes
    start = time.monotonic()
    _post(url, bodies, samples // BATCH)
    rate = samples / (time.monotonic() - start)
    after = seen(url).memory_bytes
    figure = f"{before / MIB:.0f} MiB, then {after / MIB:.0f} MiB"
    target = f"grown by {GROWTH_BYTES // MIB} MiB or less"
    what = f"memory of the service and its workers over {samples:,} plain samples ({rate:,.0f} a second)"
    return [Measured(what, target, figure, after - before <= GROWTH_BYTES)]


def _post(url: str, bodies: Bodies, requests: int) -> None:
    client = httpx.Client(base_url=url, headers=HEADERS, timeout=TIMEOUT_S)
    with client, ThreadPoolExecutor(CONNECTIONS) as threads:
        for answer in threads.map(lambda _: client.post("/v1/rewards", content=bodies.next()), range(requests)):
            answer.raise_for_status()


def _beside_programs(url: str, programs: int) -> list[Measured]:
    """Ask for one sample after another, with a pause between, while a batch of small programs runs."""
    with ThreadPoolExecutor(1) as thread:
        idle = _curls(url, None)
        running = thread.submit(_run_programs, url, programs)
        time.sleep(1.0)  # until the batch is queued
        busy = _curls(url, running)
        is_over = running.done()
        took_s = running.result()
    p99 = _share(busy, 0.99)
    what = f"one sample of mathematics beside {programs:,} programs (which took {took_s:.0f} s): p99 of {len(busy)}"
    ends = ", to the end of the batch" if is_over else ""
    figure = f"{1000 * p99:.0f} ms (median {1000 * _share(busy, 0.5):.0f} ms{ends})"
    return [
        Measured("one sample of mathematics, alone: p99", "", f"{1000 * _share(idle, 0.99):.0f} ms", True),
        Measured(what, f"{1000 * P99_S:.0f} ms", figure, p99 <= P99_S),
    ]


def _curls(url: str, running: Future[float] | None) -> list[float]:
    """Return how long each request took, on one new connection each, as curl does."""
    times: list[float] = []
    while len(times) < (MOST_CURLS if running else 100) and not (running and running.done()):
        number = next(_numbers)
        times.append(_curl(url, json.dumps({name: text % number for name, text in FORMULA.items()}).encode()))
        time.sleep(PAUSE_S)
    return times


def _curl(url: str, body: bytes) -> float:
    start = time.monotonic()
    connection = HTTPConnection(urlsplit(url).netloc, timeout=TIMEOUT_S)
    connection.request("POST", "/v1/verify/math", body, HEADERS)
    answer = json.loads(connection.getresponse().read())
    took_s = time.monotonic() - start
    connection.close()
    if answer["score"] != 1:
        raise RuntimeError(f"a right answer was not paid: {answer}")
    return took_s


def _share(times: Sequence[float], share: float) -> float:
    return sorted(times)[min(len(times) - 1, int(share * len(times)))]


def _run_programs(url: str, programs: int) -> float:
    truth = {"tests": [{"stdin": "1 2\n", "stdout": "3\n"}]}
    source = "print(sum(map(int, input().split())))"
    samples: list[dict[str, Any]] = [
        {"completion": f"```python\n# {next(_numbers)}\n{source}\n```", "ground_truth": truth, "verifier": "code"}
        for _ in range(programs)
    ]
    start = time.monotonic()
    body = {"samples": samples, "deadline_s": TIMEOUT_S}
    httpx.post(f"{url}/v1/rewards", json=body, timeout=TIMEOUT_S).raise_for_status()
    return time.monotonic() - start


def _text(measured: Sequence[Measured]) -> str:
    return f"""# Mathematics under load

Command: `python -m bench.math_load`, on {time.strftime("%Y-%m-%d")}.
{describe()}
Memory counts shared pages once (PSS), over all processes of the service. Load average at the end:
{os.getloadavg()[0]:.1f}, so judge times on a busy machine with care.

{markdown(("what", "target", "measured", "met"), [one.cells() for one in measured])}"""


if __name__ == "__main__":
    main()
