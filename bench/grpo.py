"""`python -m bench.grpo DATA`: a GRPO batch over HTTP, beside math-verify on the same rows and the same cores.

A batch is 64 prompts x 16 rollouts drawn from real groups. In one kind the rollouts of a group are drawn from its rows,
so that answers repeat as real ones do: once with the same text wherever a row was drawn twice (the service finds the
repeats), once with every completion made different (it cannot, and only the rule's own memory helps). In the other kind
no answer repeats. Every round takes prompts that no round before it had, so nothing is remembered from one to the next.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx

from bench.anchor import can_judge
from bench.machine import describe
from bench.process import serving
from bench.report import markdown
from bench.rows import Row, read_sets, sample_of
from bench.table import Measured

PROMPTS, ROLLOUTS = 64, 16
POOL = 2
TIMEOUT_S = 600.0
_spawn = multiprocessing.get_context("spawn")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.grpo", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of JSONL files, read with its subfolders")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    rows = [row for rows in read_sets(arguments.data, "groups/math", None) for row in rows.rows if can_judge(row)]
    with serving("app.main:create_app", "/readyz") as url:
        measured = [
            *_compared(url, "answers repeat", _repeating(rows, arguments.rounds, arguments.seed), 10, 5),
            *_compared(url, "no answer repeats", _distinct(rows, arguments.rounds, arguments.seed), 3, 2),
        ]
    text = _text(measured, arguments.rounds)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------- the batches


def _repeating(rows: Sequence[Row], rounds: int, seed: int) -> Iterator[list[Row]]:
    """Draw the rollouts of each prompt from its group; the groups of one round are in no other."""
    dice = random.Random(seed)
    groups = defaultdict(list)
    for row in rows:
        if row.get("group") and row["prompt"]:
            groups[row["group"]].append(row)
    names = [name for name in sorted(groups) if len(groups[name]) >= 3]
    dice.shuffle(names)
    for start in range(0, rounds * PROMPTS, PROMPTS):
        chosen = islice(cycle(names), start, start + PROMPTS)
        yield [row for name in chosen for row in dice.choices(groups[name], k=ROLLOUTS)]


def _distinct(rows: Sequence[Row], rounds: int, seed: int) -> Iterator[list[Row]]:
    """Take rows no two of which share both ground truth and the end of the completion, where the answer stands."""
    seen = {(row["ground_truth"], row["completion"][-60:]): row for row in rows}
    left = list(seen.values())
    random.Random(seed).shuffle(left)
    size = PROMPTS * ROLLOUTS
    for start in range(0, min(rounds * size, len(left) - size + 1), size):
        yield sorted(left[start : start + size], key=lambda row: str(row.get("group")))


# --------------------------------------------------------------------------------------------------------------- timing


@dataclass(frozen=True, slots=True)
class Rates:
    """Samples a second of one round."""

    repeats_found: float
    repeats_hidden: float
    loop: float
    pool: float


def _compared(url: str, what: str, batches: Iterator[list[Row]], over_loop: float, over_pool: float) -> list[Measured]:
    with _Rival(1) as loop, _Rival(POOL) as pool:
        rounds = [_round(url, batch, loop, pool, number) for number, batch in enumerate(batches)]
    found, hidden, alone, two = (
        statistics.median(getattr(one, name) for one in rounds)
        for name in ("repeats_found", "repeats_hidden", "loop", "pool")
    )
    what = f"{PROMPTS} prompts x {ROLLOUTS} rollouts, {what}"
    return [
        Measured(f"{what}: math-verify in a loop", "", f"{alone:,.0f} samples/s", True),
        Measured(f"{what}: math-verify in a pool of {POOL}", "", f"{two:,.0f} samples/s", True),
        Measured(f"{what}: the service, deduplication off", "", f"{hidden:,.0f} samples/s", True),
        Measured(f"{what}: the service, deduplication on", "", f"{found:,.0f} samples/s", True),
        *(
            Measured(f"  deduplication {state}, times {name}", f"{goal:g}", f"{rate / rival:.1f}", rate >= goal * rival)
            for state, rate in (("off", hidden), ("on", found))
            for name, rival, goal in (("the loop", alone, over_loop), ("the pool", two, over_pool))
        ),
    ]


def _round(url: str, batch: Sequence[Row], loop: _Rival, pool: _Rival, number: int) -> Rates:
    hidden = _rate(url, [_marked(row, f"{number}-{index}") for index, row in enumerate(batch)])
    found = _rate(url, [_marked(row, f"{number}") for row in batch])
    rates = Rates(found, hidden, loop.rate(batch), pool.rate(batch))
    print(f"round {number}: {rates}", file=sys.stderr, flush=True)
    return rates


def _marked(row: Row, mark: str) -> dict[str, Any]:
    """Begin the completion with a mark that no other has: no cache knows it then."""
    sample: dict[str, Any] = sample_of(row)
    return {
        **sample,
        "completion": f"({mark}) {row['completion']}" if "</think>" not in row["completion"] else row["completion"],
    }


def _rate(url: str, samples: Sequence[dict[str, Any]]) -> float:
    body = {"samples": samples, "deadline_s": TIMEOUT_S, "groups": {"advantage": "grpo"}}
    start = time.monotonic()
    answer = httpx.post(f"{url}/v1/rewards", json=body, timeout=TIMEOUT_S)
    took_s = time.monotonic() - start
    answer.raise_for_status()
    return len(samples) / took_s


class _Rival:
    """math-verify with its defaults in so many processes, which are started and warm before the clock runs."""

    def __init__(self, processes: int) -> None:
        self._processes = processes

    def __enter__(self) -> _Rival:
        pairs = [_spawn.Pipe() for _ in range(self._processes)]
        self._ends = [here for here, _ in pairs]
        self._started = [_spawn.Process(target=_judge_parts, args=(there,), daemon=True) for _, there in pairs]
        for process in self._started:
            process.start()
        for end in self._ends:
            end.send([("1", r"\boxed{1}"), (r"\sqrt{2}", r"\boxed{2^{1/2}}")])
            end.recv()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._started:
            process.kill()
            process.join()

    def rate(self, rows: Sequence[Row]) -> float:
        pairs = [(row["ground_truth"], row["completion"]) for row in rows]
        start = time.monotonic()
        for place, end in enumerate(self._ends):
            end.send(pairs[place :: self._processes])
        for end in self._ends:
            end.recv()
        return len(rows) / (time.monotonic() - start)


def _judge_parts(connection: Connection) -> None:
    from math_verify import parse, verify

    logging.disable(logging.CRITICAL)
    while True:
        pairs = connection.recv()
        connection.send([bool(verify(parse(f"\\boxed{{{truth}}}"), parse(completion))) for truth, completion in pairs])


def _text(measured: Sequence[Measured], rounds: int) -> str:
    rows = [one.cells() for one in measured]
    return f"""# A GRPO batch

Command: `python -m bench.grpo DATA`, on {time.strftime("%Y-%m-%d")}.
{describe()}
Medians of {rounds} rounds, each with prompts of its own; every request is one batch with GRPO advantages. Both sides
run on the same cores, one after the other. Load average at the end: {os.getloadavg()[0]:.1f}.

{markdown(("what", "target", "measured", "met"), rows)}"""


if __name__ == "__main__":
    main()
