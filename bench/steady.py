"""The same programs, idle and under tenfold overload: limits on CPU time must give the same verdicts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import httpx

from bench.table import Measured

LIMIT_S = 1.0
OVERLOAD = 10
WITHIN = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9)
BEYOND = (1.2, 1.5)
BURN = "while True: pass"
TIMEOUT_S = 900.0
_numbers = count()


def steadiness(url: str) -> Iterator[Measured]:
    """Burn given shares of the limit, in one batch at a time."""
    idle_s, idle = _verdicts(url)
    with _overload():
        busy_s, busy = _verdicts(url)
    wanted = ["correct"] * len(WITHIN) + ["time_limit"] * len(BEYOND)
    right = sum(one == other for one, other in zip(idle, wanted, strict=True))
    same = sum(one == other for one, other in zip(idle, busy, strict=True))
    programs, shares = len(wanted), f"{WITHIN[0]} to {WITHIN[-1]} and {BEYOND[0]} to {BEYOND[-1]} of the limit"
    yield Measured(f"{programs} programs of {shares}: right verdicts", str(programs), str(right), right == programs)
    what = f"the same, beside {OVERLOAD} busy processes a core: same verdicts ({idle_s:.0f} s became {busy_s:.0f} s)"
    yield Measured(what, str(programs), str(same), same == programs)


def _verdicts(url: str) -> tuple[float, list[str]]:
    body = {"samples": [_program(share * LIMIT_S) for share in (*WITHIN, *BEYOND)], "deadline_s": TIMEOUT_S}
    start = time.monotonic()
    answer = httpx.post(f"{url}/v1/rewards", json=body, timeout=TIMEOUT_S).raise_for_status()
    results: list[dict[str, Any]] = answer.json()["results"]
    return time.monotonic() - start, [result["components"][0]["verdict"] for result in results]


def _program(cpu_s: float) -> dict[str, Any]:
    source = f"import time\nstart = time.process_time()\nwhile time.process_time() - start < {cpu_s}: pass\nprint(3)"
    return {
        "completion": f"```python\n# {next(_numbers)}\n{source}\n```",
        "ground_truth": {"tests": [{"stdin": "", "stdout": "3\n"}]},
        "verifier": "code",
        "options": {"time_limit_s": LIMIT_S},
    }


@contextmanager
def _overload() -> Iterator[None]:
    command = [sys.executable, "-c", BURN]
    burners = OVERLOAD * len(os.sched_getaffinity(0))
    # Sessions of their own: a kernel that shares time out by session would else count them as one.
    burning = [subprocess.Popen(command, start_new_session=True) for _ in range(burners)]
    try:
        yield
    finally:
        for process in burning:
            process.kill()
        for process in burning:
            process.wait()
