"""The verifier `repetition`: how much of a completion says again what it has said. A term of shaping, not a judge.

It guards against loops and padding, in any script. It does not notice a thought that is told again in other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from verifiers.base import Json, Sample, Score, Verdict, register
from verifiers.text.padding import is_padded

MAX_CHARS = 1_000_000  # the end of a longer completion is looked at: that is where loops are
FLAG_FROM_NGRAMS = 20  # a short answer that says "no, no, no" is no loop
# A word is what stands between spaces, as in open-r1; scripts without spaces go by characters, long runs by pieces.
_UNIT = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\s\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{1,16}")


@register
@dataclass(frozen=True, slots=True)
class Repetition:
    """Score the share of n-grams that are distinct: 1 where nothing is said twice, near 0 for a loop.

    Open-r1 pays the repeated share times a penalty: range [-1, 0]. `ngram` counts words (Han, kana and Hangul
    characters count one each). Where the score is below `flag_below` the sample gets the flag `repetition`; where most
    of the text is blank, `whitespace_padding`. Text too short for two n-grams scores 1.
    """

    name: ClassVar[str] = "repetition"
    heavy: ClassVar[bool] = False
    shapes: ClassVar[bool] = True
    needs_truth: ClassVar[bool] = False
    truth_forms: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, Json]] = {
        "completion": "Seven and seven make fourteen, and three times that is forty-two.",
        "ground_truth": None,
    }

    ngram: Annotated[int, Meta(ge=1, le=64)] = 3
    flag_below: Annotated[float, Meta(ge=0.0, le=1.0)] = 0.35

    def verify(self, sample: Sample, truth: Json) -> Score:  # noqa: ARG002  # the text alone is looked at
        text = sample.completion[-MAX_CHARS:]
        if not text.strip():
            return Score(Verdict.NO_ANSWER, 0.0, detail="the completion is empty")
        distinct, total = distinct_ngrams(text, self.ngram)
        value = distinct / total if total else 1.0
        verdict = Verdict.CORRECT if value == 1.0 else Verdict.PARTIAL
        flags = ["repetition"] * (value < self.flag_below and total >= FLAG_FROM_NGRAMS) + [
            "whitespace_padding"
        ] * is_padded(text)
        detail = f"{distinct} of {total} {self.ngram}-grams are distinct"
        evidence = {"repeated": round(1.0 - value, 6), "ngrams": total}
        return Score(verdict, value, None, detail, tuple(flags), evidence, (detail,))

    def check_truth(self, truth: Json) -> None:
        """Any ground truth will do: none is looked at."""


def distinct_ngrams(text: str, size: int) -> tuple[int, int]:
    """Return how many n-grams are distinct, and how many there are."""
    units: list[str] = _UNIT.findall(text.lower())
    total = max(0, len(units) - size + 1)
    return len(set(zip(*(units[shift:] for shift in range(size)), strict=False))), total
