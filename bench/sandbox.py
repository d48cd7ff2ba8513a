"""`python -m bench.sandbox`: programs judged a second over HTTP, beside what a start costs by itself; and what is left.

All figures of a round are taken one after another on the same cores, so compare those of one run with each other only.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path

from bench.leavings import leavings
from bench.loop import looping
from bench.machine import describe
from bench.process import serving
from bench.report import markdown
from bench.rivals import CORES, Rate, rivals
from bench.steady import steadiness
from bench.table import Measured

ROUNDS = 3
ROUND_S = 2.0
BATCH = 256
CONNECTIONS = (1, 8, 32)
CORRECT = b'"score":1.0'
VERIFY, REWARDS = "/v1/verify/code", "/v1/rewards"
_numbers = count()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sandbox", description=__doc__)
    parser.add_argument("--seconds", type=float, default=ROUND_S, help="length of one round of one figure")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", choices=("speed", "steady", "left"), help="one part alone")
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    text = _text(list(_measured(arguments.only, arguments.rounds, arguments.seconds)))
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


def _measured(only: str | None, rounds: int, seconds: float) -> Iterator[Measured]:
    with serving("app.main:create_app", "/readyz") as url:
        if only in (None, "speed"):
            yield from _speed(url, rounds, seconds)
        if only in (None, "steady"):
            yield from steadiness(url)
        if only in (None, "left"):
            yield from leavings(url)


# ---------------------------------------------------------------------------------------------------------- speed


def _program(number: int) -> dict[str, object]:
    """A trivial program that no cache has seen."""
    source = f"print(sum(map(int, input().split())) + {number} - {number})"
    truth = {"tests": [{"stdin": "1 2\n", "stdout": "3\n"}]}
    return {"completion": f"```python\n{source}\n```", "ground_truth": truth}


def _one() -> bytes:
    return json.dumps(_program(next(_numbers))).encode()


def _batch() -> bytes:
    samples = [{**_program(next(_numbers)), "verifier": "code"} for _ in range(BATCH)]
    return json.dumps({"samples": samples}).encode()


def _all_correct(wanted: int, body: bytes) -> None:
    if body.count(CORRECT) != wanted:
        raise RuntimeError(f"not all {wanted} verdicts are correct: {body[:500]!r}")


def _served(url: str, connections: int, seconds: float) -> float:
    with looping(url, VERIFY, connections) as loop:
        return loop.rate(seconds, _one, partial(_all_correct, 1))


def _served_in_batches(url: str, seconds: float) -> float:
    with looping(url, REWARDS, 1) as loop:
        return BATCH * loop.rate(seconds, _batch, partial(_all_correct, BATCH))


def _speed(url: str, rounds: int, seconds: float) -> Iterator[Measured]:
    ours: dict[str, Rate] = {f"concurrency {number}": partial(_served, url, number) for number in CONNECTIONS}
    ours[f"one batch of {BATCH}"] = partial(_served_in_batches, url)
    with rivals() as others:
        ways = {**ours, **{name: way for name, way in others.items() if not isinstance(way, str)}}
        for measure in ours.values():
            measure(seconds / 4)  # the first of a kind are slower
        turns = [{name: measure(seconds) for name, measure in ways.items()} for _ in range(rounds)]
        left_out = {name: why for name, why in others.items() if isinstance(why, str)}
    rates = {name: statistics.median(turn[name] for turn in turns) for name in ways}
    yield from (Measured(f"judged over HTTP, {name}", "", f"{rates[name]:,.0f} /s", True) for name in ours)
    yield from (
        Measured(f"{name}, {CORES} at once", "", f"{rates[name]:,.0f} /s", True) for name in ways if name not in ours
    )
    yield from (Measured(name, "", f"left out: {why}", True) for name, why in left_out.items())
    yield from _shares(turns, max(ours, key=rates.__getitem__), list(others))


def _shares(turns: Sequence[Mapping[str, float]], best: str, others: Sequence[str]) -> Iterator[Measured]:
    """Ratios within each round, so that what else the machine did weighs on both sides."""
    for other, least in zip(others, (0.5, 0.5, 4.0, 8.0, 1.0), strict=True):
        if other in turns[0]:
            ratio = statistics.median(turn[best] / turn[other] for turn in turns)
            yield Measured(f"{best}, to {other}", f"{least:g} or more", f"{ratio:.2f}", ratio >= least)


def _text(measured: Sequence[Measured]) -> str:
    rows = [one.cells() for one in measured]
    return f"""# Programs

Command: `python -m bench.sandbox`, on {time.strftime("%Y-%m-%d")}. Interpreter, everywhere: the one of the service.
{describe()}
The service is a process of its own; the load is made on the same cores. Medians of the rounds; ratios are medians of
the ratios of each round. Load average at the end: {os.getloadavg()[0]:.1f} on {CORES} cores, so judge times on a busy
machine with care.

{markdown(("what", "target", "measured", "met"), rows)}"""


if __name__ == "__main__":
    main()
