"""`python -m bench.capacity`: CPU seconds that a sample costs, by kind, and what follows for a training step.

CPU time of the service and of all its children is counted, not wall time, so a busy machine does not spoil the figures.
"""

from __future__ import annotations

import json
import os
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import describe
from bench.process import serving
from bench.report import markdown

STEP = 512 * 16  # prompts times rollouts of one training step
STEP_S = 10.0  # how long a trainer should wait for it at most
BATCH = 256
ROUNDS = 3
TICK_S = 1 / os.sysconf("SC_CLK_TCK")

PROGRAM = "```python\ndef double(x):\n    return 2 * x  # {n}\n```"
STDIN = "```python\nprint(2 * int(input()))  # {n}\n```"
KINDS: dict[str, dict[str, Any]] = {
    "format, 4 KB": {
        "completion": "<think>" + "so it goes on. " * 260 + "{n}</think><answer>4</answer>",
        "verifier": "format",
    },
    "math, plain numbers": {"completion": "It is \\boxed{{{n}}}.", "ground_truth": "7", "verifier": "math"},
    "math, expressions": {"completion": "\\boxed{{(x+1)^2 + {n}}}", "ground_truth": "x^2+2x+8", "verifier": "math"},
    "code, a function, 3 tests": {
        "completion": PROGRAM,
        "ground_truth": {"entry_point": "double", "tests": [{"args": [n], "expected": 2 * n} for n in (1, 2, 3)]},
        "verifier": "code",
    },
    "code, standard input, 3 tests": {
        "completion": STDIN,
        "ground_truth": {"tests": [{"stdin": f"{n}\n", "stdout": f"{2 * n}\n"} for n in (1, 2, 3)]},
        "verifier": "code",
    },
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one sample of a kind costs, in CPU seconds of the service and its children."""

    kind: str
    cpu_s: float

    def cells(self) -> list[str]:
        cores = STEP * self.cpu_s / STEP_S
        return [
            self.kind,
            f"{self.cpu_s * 1000:.2f}",
            f"{1 / self.cpu_s:,.0f}",
            f"{STEP * self.cpu_s:,.0f}",
            f"{cores:.1f}",
        ]


def main() -> None:
    with serving("app.main:create_app", "/readyz", {"TRUEGOLD_CACHE_ENTRIES": "0"}) as url:
        costs = [Cost(kind, _cpu_s_of(url, sample)) for kind, sample in KINDS.items()]
    head = ("kind", "CPU ms a sample", "samples/s a core", "CPU s a step", f"cores for {STEP_S:.0f} s a step")
    print(f"Command: `python -m bench.capacity`. A step is 512 x 16 = {STEP:,} samples.\n{describe()}\n")
    print(markdown(head, [cost.cells() for cost in costs]))


def _cpu_s_of(url: str, sample: dict[str, Any]) -> float:
    _post(url, sample, 0)  # warms what the first of a kind builds
    before = cpu_s_of_children()
    for number in range(1, ROUNDS + 1):
        _post(url, sample, number * BATCH)
    return (cpu_s_of_children() - before) / (ROUNDS * BATCH)


def _post(url: str, sample: dict[str, Any], start: int) -> None:
    samples = [{**sample, "completion": sample["completion"].format(n=start + n)} for n in range(BATCH)]
    body = json.dumps({"samples": samples}).encode()
    with urllib.request.urlopen(f"{url}/v1/rewards", body, timeout=600) as answer:
        rewards = json.load(answer)["rewards"]
    if None in rewards:
        raise RuntimeError("a sample was not judged")


def cpu_s_of_children() -> float:
    """Return the CPU seconds of all processes below this one, with those of theirs that have ended."""
    stats = {pid: fields for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if (fields := _stat(pid))}
    rising, used = {os.getpid()}, 0
    while rising:
        rising = {pid for pid, fields in stats.items() if int(fields[1]) in rising}
        used += sum(int(ticks) for pid in rising for ticks in stats[pid][11:15])
    return used * TICK_S


def _stat(pid: int) -> list[str]:
    """Return the words of /proc/<pid>/stat behind the name; none for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


if __name__ == "__main__":
    main()
