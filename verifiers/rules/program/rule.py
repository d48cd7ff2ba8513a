"""The verifier `code`: a completion's program is right when it passes the tests of the ground truth.

It does not guard the machine: programs run in the sandbox, and this rule only says what to run and reads what came out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import msgspec

from sandbox.base import LanguageUnavailable, Limits
from verifiers.base import Json, Judging, Sample, Score, TruthError, Unavailable, Verdict, register
from verifiers.rules.program.checking import Checker
from verifiers.rules.program.extract import Judged, NoProgram, find_program
from verifiers.rules.program.flags import noted
from verifiers.rules.program.judging import Plan, judge
from verifiers.rules.program.languages import ALIASES, canonical
from verifiers.rules.program.results import Result, Scoring, overall
from verifiers.rules.program.source import USUAL_IMPORTS, with_setup
from verifiers.rules.program.truth import Truth, read_truth
from verifiers.text.answer_part import Where

MAX_STEPS_SHOWN = 30


class CompareBy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How to compare, where a word does not say it: within a tolerance, or by a program of the caller's."""

    tolerance: Annotated[float, msgspec.Meta(gt=0, lt=1)] | None = msgspec.field(name="float", default=None)
    checker: Annotated[str, msgspec.Meta(min_length=1)] | None = None

    def __post_init__(self) -> None:
        if (self.tolerance is None) is (self.checker is None):
            raise ValueError("compare takes one of float and checker")


Compare = Literal["tokens", "exact", "lines_unordered"] | CompareBy


@register
@dataclass(frozen=True, slots=True)
class Code:
    """Score 1 when the completion's program passes all tests; a share of it where `scoring` asks for partial credit.

    `scoring`: "fraction" is the share of tests passed; "groups" the share of points, where a group earns its own when
    all its tests pass and those of all groups before it. Limits hold for each test alone, `total_time_limit_s` for
    all of them.
    """

    name: ClassVar[str] = "code"
    heavy: ClassVar[bool] = False
    needs_truth: ClassVar[bool] = True
    truth_forms: ClassVar[tuple[str, ...]] = (
        '{"tests": [{"stdin": "3\\n", "stdout": "6\\n"}]}',
        '{"entry_point": "gap", "tests": [{"args": [[4, 1, 9]], "kwargs": {}, "expected": 8}]}',
        '{"asserts": ["assert gap([1]) == 0"], "setup": "import math"}',
        '{"test": "def check(candidate):\\n    assert candidate([1]) == 0", "entry_point": "gap"}',
        '{"unit_test": "from solution import gap\\ndef test_gap():\\n    assert gap([1]) == 0"}, unittest or pytest',
        '{"language": "rust", "test": "#[test] ..."}: other languages than Python with isolation "same_process"',
        '{"inputs": ["3\\n"], "outputs": ["6\\n"], "fn_name": null}',
        '{"groups": [{"points": 1, "tests": [{"stdin": "3\\n", "stdout": "6\\n"}]}]}, easiest group first',
        "rows of verl, SkyRL, NeMo-Gym, open-r1, LiveCodeBench, APPS, TACO, ROLL and MBPP, JSON in a string included",
    )
    example: ClassVar[Mapping[str, Json]] = {
        "completion": "```python\ndef gap(values):\n    return max(values) - min(values)\n```",
        "ground_truth": {"entry_point": "gap", "tests": [{"args": [[4, 1, 9]], "expected": 8}]},
    }

    language: str | None = None
    isolation: Literal["two_programs", "same_process"] = "two_programs"
    time_limit_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 10.0
    total_time_limit_s: Annotated[float, msgspec.Meta(gt=0, le=36_000)] = 600.0
    memory_limit_mb: Annotated[int, msgspec.Meta(ge=16, le=2**20)] = 512
    scoring: Scoring = "all"
    compare: Compare = "tokens"
    stop_at_first_failure: bool | None = None
    where: Where = "auto"

    def __post_init__(self) -> None:
        if self.language is not None and canonical(self.language) is None:
            raise ValueError(f"language: no language {self.language!r}; known: {', '.join(sorted(ALIASES))}")

    def check_truth(self, truth: Json) -> None:
        self._read(truth)

    def verify(self, sample: Sample, truth: Json) -> Judging:
        read = self._read(truth)
        found = find_program(sample, self.where, read.language, read.names)
        if isinstance(found, NoProgram):
            return _score(Verdict.NO_ANSWER, 0.0, detail=found.why)
        if found.has_lone_surrogate:
            return _score(Verdict.COMPILE_ERROR, 0.0, found, "a lone surrogate, which no source file can hold")
        if read.cannot:
            raise Unavailable(read.cannot)
        try:
            results = yield from judge(self._plan(read, found), read)
        except LanguageUnavailable as error:
            if not found.is_by_fence:
                raise
            return _score(Verdict.NO_ANSWER, 0.0, found, f"only the fence asks for {found.language}: {error}")
        verdict, value = overall(read, results, self.scoring)
        leaves = [leaf for result in results for leaf in result.leaves]
        score = _score(verdict, value, found, _summary(read, results), leaves, _total(read, results))
        return noted(score, found, read, leaves)

    def _read(self, truth: Json) -> Truth:
        language = None if self.language is None else canonical(self.language)
        read = read_truth(truth, language, as_code=self.isolation == "same_process")
        if self.scoring == "groups" and not read.has_groups:
            raise TruthError("scoring by groups takes a ground truth with groups")
        if self._checker is not None and not read.is_on_stdin:
            raise TruthError("a checker reads what a program prints, and these tests call functions")
        return read

    @property
    def _checker(self) -> str | None:
        return self.compare.checker if isinstance(self.compare, CompareBy) else None

    def _plan(self, truth: Truth, found: Judged) -> Plan:
        # Far above what CPU time and blocked time allow: only a last resort.
        wall_s = 60.0 + 6.0 * self.time_limit_s
        limits = Limits(
            cpu_s=self.time_limit_s,
            total_cpu_s=self.total_time_limit_s,
            wall_s=wall_s,
            memory_bytes=self.memory_limit_mb * 2**20,
        )
        stops = self.scoring != "fraction" if self.stop_at_first_failure is None else self.stop_at_first_failure
        imports = USUAL_IMPORTS if truth.wants_usual_imports and found.language == "python" else ""
        setup = "\n".join(filter(None, (imports, truth.setup)))
        return Plan(
            found.language,
            with_setup(setup, found.source, found.language),
            setup,
            limits,
            compare=self.compare if isinstance(self.compare, str) else "tokens",
            tolerance=self.compare.tolerance if isinstance(self.compare, CompareBy) else None,
            checker=None if self._checker is None else Checker(self._checker, limits),
            stops=stops,
            together=self.isolation == "same_process",
        )


def _summary(truth: Truth, results: Sequence[Result]) -> str:
    leaves = [leaf for result in results for leaf in result.leaves]
    failed = next((index for index, leaf in enumerate(leaves) if not leaf.passed), None)
    counted = f"{sum(leaf.passed for leaf in leaves)} of {_total(truth, results)} tests passed"
    return counted if failed is None else f"{counted}; test {failed}: {leaves[failed].verdict}"


def _total(truth: Truth, results: Sequence[Result]) -> int:
    return len(truth.tests) - len(results) + sum(result.of for result in results)


def _score(
    verdict: Verdict,
    value: float,
    found: Judged | None = None,
    detail: str = "",
    results: Sequence[Result] = (),
    total: int = 0,
) -> Score:
    flags = dict.fromkeys(flag for result in results for flag in result.flags)
    steps: list[str] = []
    for index, result in enumerate(results[:MAX_STEPS_SHOWN]):
        steps.append(f"test {index}: {result.verdict}: {result.why}")
        steps += [f"test {index} wrote: {result.said}"] if result.said else []
    evidence: dict[str, Json] = {}
    if found is not None:
        evidence |= {"span": [found.start, found.end], "language": found.language}
    if results:
        evidence |= {"passed": sum(result.passed for result in results), "total": total}
        evidence["tests"] = [result.evidence for result in results]
    return Score(
        verdict,
        value,
        None if found is None else found.source,
        detail,
        tuple(flags),
        evidence,
        tuple(steps),
    )
