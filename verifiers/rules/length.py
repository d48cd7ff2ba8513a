"""The verifier `length`: how long a completion is, in tokens, as the papers pay for it. A term of shaping, not a judge.

It guards against reward for length itself: every form lies within bounds, whatever the length. It does not count
tokens: the caller, who has the tokenizer, says how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from verifiers.base import Company, Json, Sample, SampleError, Score, Verdict, register

Tokens = Annotated[int, Meta(ge=1, le=10**9)]
Part = Annotated[float, Meta(ge=0.0, le=1.0)]


@register
@dataclass(frozen=True, slots=True)
class Length:
    """Score a completion by its length in tokens; a recipe maps the score onto what its paper pays.

    `form`:
    - "soft_overlong" (DAPO, equation 13; range [-1, 0]): 1 up to max - cache, falling to 0 at max.
    - "kimi" (Kimi k1.5, section 2.3.3; range [-0.5, 0.5]): 1 for the shortest of the group, 0 for the longest, and a
      wrong answer gets no more than 0.5; all equally long: 0.5.
    - "cosine" (open-r1; range [-1, 1]): a right answer goes from the top of `right` down to its bottom as it grows to
      max, a wrong one from the bottom of `wrong` up to its top; past max nothing changes.
    - "finished" (Open-Reasoner-Zero): 1 when the engine was not stopped at its length limit. Needs no tokens.

    The sample's own `max_tokens` goes before the option's.
    """

    name: ClassVar[str] = "length"
    heavy: ClassVar[bool] = False
    shapes: ClassVar[bool] = True
    needs_truth: ClassVar[bool] = False
    truth_forms: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, Json]] = {
        "completion": "Six times seven is forty-two.",
        "ground_truth": None,
        "completion_tokens": 8,
        "max_tokens": 20_480,
    }

    form: Literal["soft_overlong", "kimi", "cosine", "finished"] = "soft_overlong"
    max_tokens: Tokens | None = None
    cache_tokens: Tokens = 4_096
    right: tuple[Part, Part] = (0.75, 1.0)
    wrong: tuple[Part, Part] = (0.0, 0.25)

    @property
    def needs_company(self) -> bool:
        return self.form in ("kimi", "cosine")

    def verify(self, sample: Sample, truth: Json) -> Score:  # noqa: ARG002  # the length is what it is
        return self.verify_beside(sample, Company(None))

    def verify_beside(self, sample: Sample, company: Company) -> Score:
        if not sample.completion.strip():
            return Score(Verdict.NO_ANSWER, 0.0, detail="the completion is empty")
        if self.form == "finished":
            return _score(0.0 if sample.truncated else 1.0, "stopped at its limit" if sample.truncated else "finished")
        if sample.completion_tokens is None:
            raise SampleError("a length counts tokens: the sample must say completion_tokens")
        if self.form == "soft_overlong":
            return self._soft_overlong(sample.completion_tokens, self._most(sample))
        if company.accuracy is None or company.accuracy.value is None:
            raise SampleError(f"the form {self.form} looks at the answer: a recipe must judge it, as accuracy")
        is_right = company.accuracy.value == 1.0
        if self.form == "kimi":
            return _kimi(sample.completion_tokens, company.group_tokens, is_right)
        return self._cosine(sample.completion_tokens, self._most(sample), is_right)

    def check_truth(self, truth: Json) -> None:
        """Any ground truth will do: none is looked at."""

    def span(self, is_right: bool) -> tuple[float, float]:
        """Return the bounds of the score for right and for wrong answers."""
        if self.form == "kimi":
            return (0.0, 1.0) if is_right else (0.0, 0.5)
        if self.form == "cosine":
            low, high = sorted(self.right if is_right else self.wrong)
            return low, high
        return 0.0, 1.0

    def _most(self, sample: Sample) -> int:
        most = sample.max_tokens or self.max_tokens
        if most is None:
            raise SampleError(f"the form {self.form} needs a limit: the sample must say max_tokens")
        return most

    def _soft_overlong(self, tokens: int, most: int) -> Score:
        cache = min(self.cache_tokens, most)
        over = tokens - (most - cache)
        value = min(1.0, max(0.0, 1.0 - over / cache))
        return _score(value, f"{tokens} tokens; free up to {most - cache}, nothing left at {most}")

    def _cosine(self, tokens: int, most: int, is_right: bool) -> Score:
        progress = min(tokens, most) / most
        start, end = self.right[::-1] if is_right else self.wrong
        value = end + (start - end) * (1.0 + math.cos(math.pi * progress)) / 2.0
        return _score(min(1.0, max(0.0, value)), f"{tokens} of {most} tokens, {_word(is_right)}")


def _kimi(tokens: int, group: tuple[int, ...], is_right: bool) -> Score:
    shortest, longest = min(group), max(group)
    value = 0.5 if shortest == longest else 1.0 - (tokens - shortest) / (longest - shortest)
    if not is_right:
        value = min(0.5, value)
    return _score(value, f"{tokens} tokens in a group of {shortest} to {longest}, {_word(is_right)}")


def _word(is_right: bool) -> str:
    return "right" if is_right else "wrong"


def _score(value: float, detail: str) -> Score:
    verdict = Verdict.CORRECT if value == 1.0 else Verdict.PARTIAL if value else Verdict.INCORRECT
    return Score(verdict, value, detail=detail, steps=(detail,))
