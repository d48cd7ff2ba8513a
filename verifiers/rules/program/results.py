"""What came of each test, and the one score that they make together."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from verifiers.base import Json, Verdict
from verifiers.rules.program.truth import Truth

Scoring: TypeAlias = Literal["all", "fraction", "groups"]

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 100
_SHORT.maxlist = _SHORT.maxtuple = _SHORT.maxdict = _SHORT.maxset = 12


@dataclass(frozen=True, slots=True)
class Result:
    """One test's verdict, what it used, and `why`: input, expected and actual output for a person, not for evidence."""

    verdict: Verdict
    cpu_s: float = 0.0
    peak_bytes: int = 0
    flag: str = ""
    why: str = ""

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.CORRECT

    @property
    def evidence(self) -> dict[str, Json]:
        return {"verdict": str(self.verdict), "cpu_s": round(self.cpu_s, 4), "peak_bytes": self.peak_bytes}


def shown(value: Any) -> str:
    """Return a short text for any plain value."""
    try:
        return _SHORT.repr(value)
    except ValueError:
        return "a number too long to be written"


def overall(truth: Truth, results: Sequence[Result], scoring: Scoring) -> tuple[Verdict, float]:
    """Return verdict and value of all tests together; tests without a result were not run and count as not passed."""
    value = _VALUES[scoring](truth, results)
    if value >= 1.0:
        return Verdict.CORRECT, 1.0
    if value > 0.0:
        return Verdict.PARTIAL, value
    return next((result.verdict for result in results if not result.passed), Verdict.INCORRECT), 0.0


def _all(truth: Truth, results: Sequence[Result]) -> float:
    return float(_passed(results) == len(truth.tests))


def _fraction(truth: Truth, results: Sequence[Result]) -> float:
    return _passed(results) / len(truth.tests)


def _groups(truth: Truth, results: Sequence[Result]) -> float:
    """Return the share of the points: a group earns its own where all its tests pass, and those of all groups before.

    Source: MiMo-7B report, section 3.4, the strict scheme.
    """
    earned, start = 0.0, 0
    for points, count in truth.groups:
        if _passed(results[start : start + count]) < count:
            break
        earned, start = earned + points, start + count
    total = sum(points for points, _ in truth.groups)
    return 1.0 if start == len(truth.tests) else earned / total


def _passed(results: Sequence[Result]) -> int:
    return sum(result.passed for result in results)


_VALUES = {"all": _all, "fraction": _fraction, "groups": _groups}
