"""`python -m bench.mixed DATA`: one batch of 1,024 real rollouts, mathematics, code and format mixed.

Hostile answers are among them. It is posted twice: once left alone, once with a warm worker killed in the middle. No
sample may be lost either way.
"""

from __future__ import annotations

import argparse
import os
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.load import stream
from bench.machine import describe
from bench.process import serving
from bench.report import markdown
from bench.rows import Row, read_sets, sample_of
from bench.table import Measured

SIZE = 1024
VERIFIERS = ("math", "code", "format")
KILLED_AT = 0.4  # of the batch
DEADLINE_S = 1800.0
HOSTILE = (
    "9^{9^{9^9}}",
    "9^{9^{9^{9^{9}}}}",
    "((10!)!)!",
    "(1000000!)!",
    "7" * 5000 + "^" + "7" * 5000,
    "2^{" + "9" * 5000 + "}",
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of one posting: the score by id, how long all took, and the worker that was killed, if one was."""

    scores: dict[str, float | None]
    all_s: float
    killed: int | None = None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.mixed", description=__doc__)
    parser.add_argument("data", type=Path, help="a folder of labelled rows")
    parser.add_argument("--write", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    rows = list(_mixed(arguments.data))
    measured: list[Measured] = []
    for title, kills in (("left alone", False), ("a worker killed by kill -9", True)):
        with serving("app.main:create_app", "/readyz") as url:
            measured += _told(title, rows, _posted(url, rows, kills=kills))
    text = _text(rows, measured)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


def _mixed(folder: Path) -> Iterator[Row]:
    """As many rows of each verifier, in turns from its sets, with the hostile answers among them."""
    hostile = [
        {"completion": rf"So it is \boxed{{{answer}}}.", "ground_truth": "42", "verifier": "math", "label": False}
        for answer in HOSTILE
    ]
    columns = [_in_turns([each.rows for each in read_sets(folder, f"{name}/", None)]) for name in VERIFIERS]
    rows = _in_turns([hostile, _in_turns(columns)])
    yield from ({**row, "id": str(number)} for number, row in zip(range(SIZE), rows, strict=False))


def _in_turns(columns: Sequence[Sequence[Row]]) -> list[Row]:
    longest = max(map(len, columns), default=0)
    return [column[place] for place in range(longest) for column in columns if place < len(column)]


def _posted(url: str, rows: Sequence[Row], *, kills: bool) -> Ran:
    body = {"samples": [sample_of(row) for row in rows], "deadline_s": DEADLINE_S}
    scores: dict[str, float | None] = {}
    killed = None
    all_s = 0.0
    for seconds, line in stream(url, body):
        if "summary" in line:
            continue
        scores[line["id"]], all_s = line["reward"], seconds
        if kills and killed is None and len(scores) >= KILLED_AT * len(rows):
            killed = next(iter(_workers()))
            os.kill(killed, signal.SIGKILL)
    return Ran(scores, all_s, killed)


def _workers() -> Iterator[int]:
    """The warm workers: children of the process that forks them, which shows the same command."""
    known: dict[int, int] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with suppress(OSError):
            if b"verifiers.engine.worker" in Path(f"/proc/{name}/cmdline").read_bytes():
                known[int(name)] = int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
    return (pid for pid, parent in known.items() if parent in known)


def _told(title: str, rows: Sequence[Row], ran: Ran) -> Iterator[Measured]:
    labelled = [row for row in rows if row["label"] is not None]
    agreed = sum((ran.scores.get(row["id"]) == 1.0) is row["label"] for row in labelled)
    nulls = sum(score is None for score in ran.scores.values())
    yield Measured(f"{title}: results", str(len(rows)), str(len(ran.scores)), len(ran.scores) == len(rows))
    yield Measured(f"{title}: nulls", "0", str(nulls), nulls == 0)
    yield Measured(f"{title}: agreement with {len(labelled)} labels", "", f"{agreed}", True)
    yield Measured(f"{title}: the whole batch", "", f"{ran.all_s:.1f} s", True)


def _text(rows: Sequence[Row], measured: Sequence[Measured]) -> str:
    counts = Counter(row["verifier"] for row in rows)
    told = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    return f"""# A mixed batch

Command: `python -m bench.mixed DATA`, on {time.strftime("%Y-%m-%d")}: {len(rows)} rollouts in one
request ({told}), with towers of powers, factorials of factorials and powers of 5,000 digits among them.
Where a verdict is not the label's, docs/label-disputes.md has the reason.
{describe()}
{markdown(("what", "wanted", "measured", "met"), [one.cells() for one in measured])}"""


if __name__ == "__main__":
    main()
