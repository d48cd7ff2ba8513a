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
    """One test's verdict, what it used, and `why`: input, expected and actual output for a person, not for evidence.

    `said` is what the program, or its compiler, wrote of its failure.
    A file of tests is one test of the ground truth, whose `parts` are the results of those in it that were run, of
    `of` tests; `name` is what such a part is called.
    """

    verdict: Verdict
    cpu_s: float = 0.0
    peak_bytes: int = 0
    flags: tuple[str, ...] = ()
    why: str = ""
    said: str = ""
    name: str = ""
    parts: tuple[Result, ...] = ()
    of: int = 1

    @property
    def passed(self) -> bool:
        return self.verdict is Verdict.CORRECT

    @property
    def leaves(self) -> tuple[Result, ...]:
        return self.parts or (self,)

    @property
    def share(self) -> float:
        """Which share of it holds."""
        return sum(part.passed for part in self.parts) / self.of if self.parts else float(self.passed)

    @property
    def evidence(self) -> dict[str, Json]:
        named = {"name": self.name} if self.name else {}
        used = {"cpu_s": round(self.cpu_s, 4), "peak_bytes": self.peak_bytes}
        return {**named, "verdict": str(self.verdict), **used}


def of_parts(parts: Sequence[Result], total: int) -> Result:
    """Return the result of a file of tests, some of which may not have been run."""
    failed = next((part for part in parts if not part.passed), None)
    if failed is None and len(parts) < total:
        failed = Result(Verdict.INCORRECT)
    return Result(
        Verdict.CORRECT if failed is None else failed.verdict,
        sum(part.cpu_s for part in parts),
        max((part.peak_bytes for part in parts), default=0),
        tuple(dict.fromkeys(flag for part in parts for flag in part.flags)),
        parts=tuple(parts),
        of=total,
    )


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
    return sum(result.share for result in results) / len(truth.tests)


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
