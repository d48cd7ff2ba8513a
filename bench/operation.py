"""`python -m bench.operation`: overload, ten minutes at capacity, two replicas against one, what a request costs.

Requests are batches of 16 samples of all kinds, half of them wrong, and no two are alike, so that no cache answers.
The load is made on the same cores, so rates are those of a shared machine; compare those of one run.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any

from bench.capacity import KINDS, cpu_s_of_children
from bench.load import MARK, Bodies
from bench.loop import looping
from bench.machine import describe
from bench.open_loop import Came, Client
from bench.process import serving
from bench.report import markdown
from bench.tree import Held, held_below

PARTS = ("load", "long", "replicas", "http")
FACTORS = (0.5, 1.0, 2.0)
CLIENTS = 8
BACKLOG_S = 5.0  # so many seconds of work may wait; what comes above it is refused
LOOK_EVERY_S = 2.0
CONNECTIONS = 64
ROUNDS = 3
SERVICE, READY, PATH = "app.main:create_app", "/readyz", "/v1/rewards"
NO_CACHE = {"TRUEGOLD_CACHE_ENTRIES": "0", "TRUEGOLD_LOG_LEVEL": "warning"}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.operation", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts alone")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each load")
    parser.add_argument("--minutes", type=float, default=10.0, help="at capacity")
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    parts: dict[str, Callable[[], str]] = {
        "load": lambda: _load(arguments.seconds),
        "long": lambda: _long(arguments.minutes * 60),
        "replicas": lambda: _replicas(arguments.seconds / ROUNDS),
        "http": lambda: _http(arguments.seconds / ROUNDS),
    }
    before = os.getloadavg()[0]
    sections = [parts[name]() for name in arguments.only or PARTS]
    text = _text(arguments, before, sections)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


# ------------------------------------------------------------------------------------------------- what is asked


def _right(kind: str, truth: Any = None) -> dict[str, Any]:
    sample = KINDS[kind]
    return {**sample, **({} if truth is None else {"ground_truth": truth}), "completion": _marked(sample["completion"])}


def _marked(completion: str) -> str:
    return str(completion.format(n=MARK))


DOUBLE = "code, a function, 3 tests"
TRIPLE = {"entry_point": "double", "tests": [{"args": [1], "expected": 3}]}
MIX: list[tuple[dict[str, Any], float]] = [
    *[(_right("format, 4 KB"), 1.0), ({"completion": f"no tags {MARK}", "verifier": "format"}, 0.0)],
    *[(_right("math, plain numbers"), 0.0), (_right("math, plain numbers", f"{MARK}"), 1.0)] * 3,
    *[(_right("math, expressions"), 0.0), (_right("math, expressions", f"x^2+2x+1+{MARK}"), 1.0)] * 3,
    *[(_right(DOUBLE), 1.0), (_right(DOUBLE, TRIPLE), 0.0)],
]
SAMPLES = "2 of format, 6 plain numbers, 6 expressions, 2 functions in Python"
REWARDS = [reward for _, reward in MIX]


class _Mix(Bodies):
    """Requests of the mix."""

    def __init__(self) -> None:
        super().__init__([sample for sample, _ in MIX])

    def next(self) -> bytes:
        """One number a request: a sample's own stands in its ground truth, too."""
        return (b"%012d" % next(self._numbers)).join(self._parts)


def _wrong(answer: dict[str, Any]) -> int:
    """Count the samples that got another reward than theirs, a null among them, and say which."""
    wrong = [result for result, right in zip(answer["results"], REWARDS, strict=True) if result["reward"] != right]
    for result in wrong:
        print(f"not its reward: {json.dumps(result)}", file=sys.stderr)
    return len(wrong)


def _closed(url: str, seconds: float, bodies: Bodies) -> Came:
    return asyncio.run(Client(url + PATH, _wrong).closed_loop(CLIENTS, seconds, bodies.next))


# ------------------------------------------------------------------------------------------------- overload


def _load(seconds: float) -> str:
    with serving(SERVICE, READY, NO_CACHE) as url:
        _closed(url, 5.0, _Mix())
        capacity = len((best := _closed(url, seconds / 2, _Mix())).seconds) / best.took_s
    rows = []
    backlog = str(max(64, int(capacity * BACKLOG_S * len(MIX))))
    for factor in FACTORS:
        with serving(SERVICE, READY, {**NO_CACHE, "TRUEGOLD_MAX_BACKLOG": backlog}) as url:
            _closed(url, 3.0, _Mix())
            rate = factor * capacity
            came = asyncio.run(Client(url + PATH, _wrong).open_loop(rate, seconds, _Mix().next))
        rows.append([f"{factor:g} x", *_outcome(came)])
    head = ("load", "requests", "samples/s", "p50", "p99", "refused", "lost", "wrong verdicts")
    return f"""## Overload

Capacity, by {CLIENTS} clients that wait for answers: {capacity:.1f} requests/s, {capacity * len(MIX):.0f} samples/s.
Then {seconds:.0f} s of requests at random moments, at 0.5, 1 and 2 times that rate, answered or not the ones before.
`TRUEGOLD_MAX_BACKLOG` is {backlog} judgements, {BACKLOG_S:.0f} s of these requests; what comes above it is refused with
429 and Retry-After. Cheap samples are judged at once, so those that wait are the dear ones, and as all requests take
turns, each of them takes about as long as all. Lost is a request without an answer.

{markdown(head, rows)}"""


def _outcome(came: Came) -> list[str]:
    return [
        f"{came.asked:,}",
        f"{len(came.seconds) * len(MIX) / came.took_s:.0f}",
        f"{came.quantile(0.5):.2f} s",
        f"{came.quantile(0.99):.2f} s",
        f"{came.refused:,} ({100 * came.refused / came.asked:.0f} %)",
        str(came.lost),
        str(came.wrong),
    ]


# ------------------------------------------------------------------------------------------------- a long time


def _long(seconds: float) -> str:
    looks: list[tuple[float, Held]] = []
    over = threading.Event()

    def look() -> None:
        start = time.monotonic()
        while not over.wait(LOOK_EVERY_S):
            looks.append((time.monotonic() - start, held_below(os.getpid())))

    looking = threading.Thread(target=look)
    with serving(SERVICE, READY, {**NO_CACHE, "TRUEGOLD_CACHE_ENTRIES": "1000"}) as url:
        _closed(url, 10.0, _Mix())
        looking.start()
        came = _closed(url, seconds, _Mix())
        over.set()
        looking.join()
    kept = [(at_s, held) for at_s, held in looks if at_s > seconds / 4]
    names = (("memory, MiB", 2**20), ("descriptors", 1), ("processes", 1))
    series = list(zip(*(astuple(held) for _, held in kept), strict=True))
    rows = [
        _slope(name, [at_s for at_s, _ in kept], [value / unit for value in values])
        for (name, unit), values in zip(names, series, strict=True)
    ]
    head = ("all processes together", "mean", "spread", "growth", "over", "within the noise")
    return f"""## A long time at capacity

{seconds / 60:.0f} minutes, {CLIENTS} clients that wait for each answer: {len(came.seconds):,} requests,
{came.lost} lost, {came.wrong} wrong verdicts, {came.refused} refused.
A look every {LOOK_EVERY_S:.0f} s, after the first quarter; memory is
proportional (PSS). Spread is two standard deviations around the line that fits best, growth is that line's, from the
first look to the last.

{markdown(head, rows)}"""


def _slope(name: str, times: Sequence[float], values: Sequence[float]) -> list[str]:
    fit = statistics.linear_regression(times, values)
    off = [value - fit.slope * at - fit.intercept for at, value in zip(times, values, strict=True)]
    spread, span_s = 2 * statistics.pstdev(off), times[-1] - times[0]
    growth = fit.slope * span_s
    within = "yes" if abs(growth) <= max(spread, 0.01 * statistics.fmean(values)) else "no"
    return [
        name,
        f"{statistics.fmean(values):.1f}",
        f"± {spread:.1f}",
        f"{growth:+.2f}",
        f"{span_s / 60:.1f} min",
        within,
    ]


# ------------------------------------------------------------------------------------------------- replicas


def _replicas(seconds: float) -> str:
    cores = sorted(os.sched_getaffinity(0))[:2]
    one = {**NO_CACHE, "TRUEGOLD_CORES": "1"}
    with ExitStack() as stack:
        urls = []
        for core in cores:
            with _pinned(core):
                urls.append(stack.enter_context(serving(SERVICE, READY, one)))
        pairs = [(_rate(urls[:1], seconds), _rate(urls, seconds)) for _ in range(ROUNDS)]
    single, double = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    rows = [["one", f"{single:.0f}", "1"], ["two", f"{double:.0f}", f"{double / single:.2f}"]]
    return f"""## Two replicas against one

Each pinned to a core of its own, with one lane; {CLIENTS} clients a replica that wait for each answer. Medians of
{ROUNDS} rounds in turns.

{markdown(("replicas", "samples/s", "ratio"), rows)}"""


@contextmanager
def _pinned(core: int) -> Iterator[None]:
    """What is started meanwhile stays on this core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _rate(urls: Sequence[str], seconds: float) -> float:
    async def all_at_once() -> list[Came]:
        loops = (Client(url + PATH, _wrong).closed_loop(CLIENTS, seconds, _Mix().next) for url in urls)
        return await asyncio.gather(*loops)

    return sum(len(came.seconds) * len(MIX) / came.took_s for came in asyncio.run(all_at_once()))


# ------------------------------------------------------------------------------------------------- one request


def _http(seconds: float) -> str:
    numbers = itertools.count(100_000_000_000)
    sample = _right("format, 4 KB")

    def body() -> bytes:
        return json.dumps({"samples": [sample]}).replace(MARK, f"{next(numbers):012d}").encode()

    with serving(SERVICE, READY, NO_CACHE) as service, serving("bench.hello:create_app", "/healthz") as hello:
        asked = {"hello": (hello, "/"), "the service": (service, PATH)}
        taken = {name: [_asked(*where, seconds, body) for _ in range(ROUNDS)] for name, where in asked.items()}
    rows = []
    for name, rounds in taken.items():
        rate, cpu_us = (statistics.median(figures) for figures in zip(*rounds, strict=True))
        rows.append([name, f"{rate:,.0f}", f"{cpu_us:,.0f}", f"{1e6 / cpu_us:,.0f}"])
    return f"""## What a request costs

One format-only sample of 4 KB a request, {CONNECTIONS} kept-alive connections, beside a route that says hello to the
same body under the same server (Starlette, uvicorn, httptools, uvloop). The client is one Python thread on the same
cores, so the CPU time says more than the rate.

{markdown(("route", "requests/s", "CPU us a request", "requests/s a core"), rows)}"""


def _asked(url: str, path: str, seconds: float, body: Callable[[], bytes]) -> tuple[float, float]:
    """Requests a second, and CPU microseconds of the server for each."""
    with looping(url, path, CONNECTIONS) as loop:
        before, start = cpu_s_of_children(), time.monotonic()
        rate = loop.rate(seconds, body, lambda _: None)
        requests = rate * (time.monotonic() - start)
        return rate, 1e6 * (cpu_s_of_children() - before) / requests


def _text(arguments: argparse.Namespace, before: float, sections: Sequence[str]) -> str:
    only = "".join(f" --only {name}" for name in arguments.only or ())
    command = f"python -m bench.operation{only} --seconds {arguments.seconds:g} --minutes {arguments.minutes:g}"
    sections_text = "\n".join(sections)
    return f"""# Under load

Command: `{command}`, on {time.strftime("%Y-%m-%d")}.
{describe()}
A request is a batch of {len(MIX)} samples: {SAMPLES};
half of them wrong, no two alike. The load is made on the same cores. Load average of the machine before: {before:.1f}.

{sections_text}"""


if __name__ == "__main__":
    main()
