"""The verifier `math`: finds the final answer of a completion and compares it with the ground truth as mathematics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar

from msgspec import Meta

from verifiers.base import Json, Sample, Score, TruthError, Verdict, register
from verifiers.rules.math_answer.bound import MAX_ANSWER_CHARS, MAX_TRUTH_CHARS, over_bounds
from verifiers.rules.math_answer.find import MAX_WHOLE_CHARS, Extraction, find_answer
from verifiers.rules.math_answer.flags import noted
from verifiers.rules.math_answer.judge import MAX_TOLD_CHARS, judge
from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kind import Kind, kind_of, kinds_of
from verifiers.rules.math_answer.options import STRICT, Percent, Policy
from verifiers.rules.math_answer.stated import Candidate
from verifiers.rules.math_answer.tolerance import Tolerance
from verifiers.rules.math_answer.truth import accepted_answers
from verifiers.text.answer_part import Where

MAX_REMEMBERED_CHARS = 1_000
WRONG_ANSWER = r"7\sqrt{7} \text{ cm}"  # nothing settles it before the comparison of formulas


@register
@dataclass(frozen=True, slots=True)
class MathAnswer:
    """Score 1 when the final answer equals the ground truth as mathematics.

    `where` is the part that may hold the answer. `tolerance`: "closed_form" (exact, but a closed form that no decimal
    can write meets a decimal gold that it rounds to), "exact", "gold_places" (whatever rounds to the gold), or a
    relative error. `percent`: "gold" lets a bare 50 meet a gold of 50 %, "strict" never does, "either" also lets 50 %
    meet a gold of 50. `strict_units` refuses an answer without the gold's unit, or with one that the gold has not.
    `kinds` names the kinds of answers that may be right, all of them by default. `extraction` says where an answer may
    stand: in a box only, "stated" also in a statement such as "the answer is ...", "whole" also all of a short answer
    part. `cpu_budget_s` is what one comparison may take; the engine holds it, by a kill.
    """

    name: ClassVar[str] = "math"
    heavy: ClassVar[bool] = True
    needs_truth: ClassVar[bool] = True
    # What a worker needs before its first formula, and a plain number never.
    loads_late: ClassVar[tuple[str, ...]] = (
        "verifiers.rules.math_answer.formulas",
        "verifiers.rules.math_answer.second_opinion",
    )
    truth_forms: ClassVar[tuple[str, ...]] = (
        "a string: LaTeX, unicode or plain text",
        "a number",
        "a list of strings, any of which is right; a set is written as a set",
        "worked text with a box, or with '#### 42'",
        "an object that holds one of these as ground_truth, answer, expected_answer, solution or reward_model",
    )
    example: ClassVar[Mapping[str, Json]] = {
        "completion": "Half of it remains, so the answer is \\boxed{\\frac{1}{2}}.",
        "ground_truth": "0.5",
    }

    where: Where = "auto"
    tolerance: Tolerance = "closed_form"
    percent: Percent = "gold"
    strict_units: bool = False
    kinds: Annotated[tuple[Kind, ...], Meta(min_length=1)] | None = None
    extraction: Extraction = "whole"
    cpu_budget_s: Annotated[float, Meta(gt=0)] = 2.0
    max_answer_chars: Annotated[int, Meta(ge=1, le=MAX_TRUTH_CHARS)] = MAX_ANSWER_CHARS
    max_whole_chars: Annotated[int, Meta(ge=0)] = MAX_WHOLE_CHARS

    def verify(self, sample: Sample, truth: Json) -> Score:
        golds = _golds(truth)
        return noted(self._judged(sample, golds), sample, golds)

    def _judged(self, sample: Sample, golds: tuple[str, ...]) -> Score:
        candidate = find_answer(sample, self.where, self.extraction, self.max_whole_chars)
        if candidate.text is None:
            return Score(Verdict.NO_ANSWER, 0.0, detail=candidate.how, steps=(candidate.how,))
        bound = over_bounds(candidate.text, self.max_answer_chars)
        if bound:
            return Score(Verdict.NO_ANSWER, 0.0, candidate.text, bound, steps=(candidate.how, f"bounds: {bound}"))
        policy = Policy(self.tolerance, self.percent, strict_units=self.strict_units)
        judgement = _best(golds, candidate.text, policy, sample.prompt)
        if not judgement.is_equal and candidate.wider and not over_bounds(candidate.wider, self.max_answer_chars):
            listed = _best(golds, candidate.wider, policy, sample.prompt)
            judgement = listed if listed.is_equal else judgement
        return _score(candidate, self._allowed(candidate.text, judgement))

    def _allowed(self, answer: str, judgement: Judgement) -> Judgement:
        """Refuse a right answer of a kind that is not allowed."""
        if self.kinds is None or not judgement.is_equal or not kinds_of(answer).isdisjoint(self.kinds):
            return judgement
        return Judgement(False, f"{kind_of(answer)}, where only {', '.join(self.kinds)} may be right").after(
            *judgement.steps
        )

    def check_truth(self, truth: Json) -> None:
        """Compare every gold with itself and with a wrong answer, which costs what judging a completion costs."""
        for gold in _golds(truth):
            if not judge(gold, gold, Policy()).is_equal:
                raise TruthError(f"the ground truth {gold[:80]!r} does not equal itself")
            judge(gold, WRONG_ANSWER, Policy())

    def kind(self, truth: Json) -> str:
        """Return what kind of answer the ground truth is: number, set, interval, equation, text, ..."""
        return kind_of(_golds(truth)[0])

    def read(self, sample: Sample) -> str | None:
        """Return the answer of a completion for votes, None where there is none."""
        candidate = find_answer(sample, self.where, self.extraction, self.max_whole_chars)
        if candidate.text is None or over_bounds(candidate.text, self.max_answer_chars):
            return None
        return candidate.text

    def same(self, a: str, b: str) -> bool:
        """Say whether two answers are equal, forgiving nothing: symmetric and transitive."""
        return a == b or (judge(a, b, STRICT).is_equal and judge(b, a, STRICT).is_equal)


def _golds(truth: Json) -> tuple[str, ...]:
    return (
        _checked(truth) if isinstance(truth, str) else tuple(gold for gold in accepted_answers(truth) if _checked(gold))
    )


def _checked(text: str) -> tuple[str, ...]:
    return (_remembered if len(text) <= MAX_REMEMBERED_CHARS else _read)(text)


def _read(text: str) -> tuple[str, ...]:
    golds = accepted_answers(text)
    for gold in golds:
        bound = over_bounds(gold, MAX_TRUTH_CHARS)
        if bound:
            raise TruthError(f"the ground truth is over a bound: {bound}")
        if gold.count("{") - gold.count("\\{") != gold.count("}") - gold.count("\\}"):
            raise TruthError(f"broken LaTeX in the ground truth {gold[:80]!r}: its braces do not balance")
    return golds


_remembered = lru_cache(maxsize=4096)(_read)


def _judged(gold: str, answer: str, policy: Policy, prompt: str | None) -> Judgement:
    try:
        return judge(gold, answer, policy, prompt)
    except RecursionError:  # the answer's doing: a gold alone was tried before
        return Judgement(False, "nested too deep to be compared")


def _best(golds: tuple[str, ...], answer: str, policy: Policy, prompt: str | None) -> Judgement:
    """Return the judgement of the first gold that the answer equals, else that of the last gold."""
    judgement = Judgement(False, "")
    for gold in golds:
        judgement = _judged(gold, answer, policy, prompt)
        if judgement.is_equal:
            break
    return judgement


def _found(candidate: Candidate) -> str:
    text = (candidate.text or "")[:MAX_TOLD_CHARS]
    return f"{candidate.how}, characters {candidate.start} to {candidate.end}: {text!r}"


def _score(candidate: Candidate, judgement: Judgement) -> Score:
    verdict = Verdict.CORRECT if judgement.is_equal else Verdict.INCORRECT
    flags = judgement.flags
    if candidate.several and not judgement.is_equal and "multiple_answers" not in flags:
        flags = (*flags, "multiple_answers")
    return Score(
        verdict,
        1.0 if judgement.is_equal else 0.0,
        candidate.text,
        judgement.why,
        flags,
        {"span": [candidate.start, candidate.end]},
        (_found(candidate), *judgement.steps, f"{verdict}: {judgement.why}"),
    )
