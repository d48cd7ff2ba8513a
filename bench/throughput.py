"""`python -m bench.throughput`: how fast the service is, beside what a bare server does on the same machine."""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.hangs import HANGS
from bench.load import MARK, Bodies, samples_per_s, stream
from bench.machine import describe
from bench.process import serving
from bench.report import markdown

SPINNING = Path(__file__).resolve().parent.parent / "tests" / "corpus" / "rules"
ROUNDS = 5
ROUND_S = 4.0
BATCH = 512
MIXED = 1024
CPU_BUDGET_S = 2.0  # of one comparison, by default

THOUGHT = "First we add the two numbers, then we check the sum. "
FORMAT_SAMPLE = {
    "completion": f"<think>{THOUGHT * 76}{MARK}</think><answer>42</answer>",
    "verifier": "format",
}
NUMBER_SAMPLE = {
    "completion": f"{'we add the two numbers. ' * 41}It is \\boxed{{{MARK}}}.",
    "ground_truth": "100000000007",
    "verifier": "math",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure beside its target."""

    what: str
    target: str
    figure: str
    is_met: bool

    def cells(self) -> list[str]:
        return [self.what, self.target, self.figure, "yes" if self.is_met else "no"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.throughput", description=__doc__)
    parser.add_argument("--seconds", type=float, default=ROUND_S, help="length of one round of load")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    rules = {"TRUEGOLD_RULES": str(SPINNING)}
    with (
        serving("app.main:create_app", "/readyz", rules) as service,
        serving("bench.bare:create_app", "/healthz") as bare,
    ):
        measured = [
            *_beside_bare(service, bare, arguments.rounds, arguments.seconds),
            _numbers(service, arguments.rounds, arguments.seconds),
            *_hanging(service, "of mathematics, {} of which hang sympy", _hang),
            *_hanging(service, "of mathematics, beside {} for a rule that never ends by itself", _spin),
        ]
    text = _text(measured)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


def _beside_bare(service: str, bare: str, rounds: int, seconds: float) -> list[Measured]:
    """Format-only samples of 4 KB, on both servers in turns."""
    bodies = Bodies([FORMAT_SAMPLE] * BATCH)
    pairs = [(samples_per_s(bare, bodies, seconds), samples_per_s(service, bodies, seconds)) for _ in range(rounds)]
    floor, ours = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    ratio = ours / floor
    what = f"format, {BATCH} samples of 4 KB a request"
    return [
        Measured(f"{what}: bare Starlette and msgspec", "", f"{floor:,.0f} samples/s", True),
        Measured(f"{what}: the service", "", f"{ours:,.0f} samples/s", True),
        Measured("the service's share of the bare server", "20 % or more", f"{100 * ratio:.0f} %", ratio >= 0.2),
    ]


def _numbers(service: str, rounds: int, seconds: float) -> Measured:
    bodies = Bodies([NUMBER_SAMPLE] * BATCH)
    rate = statistics.median(samples_per_s(service, bodies, seconds) for _ in range(rounds))
    what = f"math, plain numbers, {BATCH} samples of 1 KB a request"
    return Measured(what, "2,000 samples/s or more", f"{rate:,.0f} samples/s", rate >= 2000)


def _hanging(service: str, which: str, hang: Callable[[int], dict[str, Any]]) -> list[Measured]:
    """A streamed batch in which a few comparisons never end by themselves."""
    body = {"samples": _mixed_batch(hang), "deadline_s": 300}
    first, again = _streamed(service, body), _streamed(service, body)
    others, hangs = MIXED - len(HANGS), len(HANGS)
    bound_s = hangs * CPU_BUDGET_S / len(os.sched_getaffinity(0)) + 2
    what = f"{MIXED} samples {which.format(hangs)}"
    return [
        Measured(f"{what}: until the other {others} are out", "2 s", f"{first.others_s:.2f} s", first.others_s < 2),
        Measured(f"{what}: until all are done", f"{bound_s:.0f} s", f"{first.all_s:.2f} s", first.all_s < bound_s),
        Measured("the same batch again", "1 s", f"{again.all_s:.2f} s", again.all_s < 1),
        Measured("right verdicts in that batch", str(MIXED), str(first.right), first.right == MIXED),
        Measured("comparisons ended by the budget, not by a bound of ours", "", str(first.killed), True),
    ]


@dataclass(frozen=True, slots=True)
class Streamed:
    """When the well-behaved samples were out, when all were, how many verdicts were right, and how many took a kill."""

    others_s: float
    all_s: float
    right: int
    killed: int


def _mixed_batch(hang: Callable[[int], dict[str, Any]]) -> list[dict[str, Any]]:
    every = MIXED // len(HANGS)
    return [hang(index // every) if index % every == 0 else _number(index) for index in range(MIXED)]


def _hang(index: int) -> dict[str, Any]:
    return {"completion": rf"\boxed{{{HANGS[index]}}}", "ground_truth": "1", "verifier": "math", "group": "hang"}


def _spin(index: int) -> dict[str, Any]:
    """For a rule that spins until it is killed: on no bound of ours can it be stopped sooner."""
    options = {"cpu_budget_s": CPU_BUDGET_S}
    spin = {"completion": f"spin {index}", "ground_truth": "fine", "verifier": "misbehaves", "options": options}
    return {**spin, "group": "hang"}


def _number(index: int) -> dict[str, Any]:
    return {"completion": rf"It is \boxed{{{index}}}.", "ground_truth": str(index), "verifier": "math"}


def _streamed(service: str, body: dict[str, Any]) -> Streamed:
    others_s = all_s = 0.0
    right = killed = 0
    for seconds, line in stream(service, body):
        if "summary" in line:
            continue
        all_s = seconds
        is_hang = line["group"] == "hang"
        others_s = others_s if is_hang else seconds
        killed += "verify_timeout" in line["components"][0]["flags"]
        right += line["reward"] == (0.0 if is_hang else 1.0)
    return Streamed(others_s, all_s, right, killed)


def _text(measured: Sequence[Measured]) -> str:
    rows = [one.cells() for one in measured]
    return f"""# Speed

Command: `python -m bench.throughput`, on {time.strftime("%Y-%m-%d")}.
{describe()}
Both servers are processes of their own under uvicorn with uvloop and httptools; four keep-alive connections post bodies
that no cache has seen, in turns on one server and the other. Medians of the rounds. The load is made on the same cores.
Load average at the end: {os.getloadavg()[0]:.1f}, so judge times on a busy machine with care.

{markdown(("what", "target", "measured", "met"), rows)}"""


if __name__ == "__main__":
    main()
