"""The verifier `literals`: whether certain pieces of text stand in a completion, letter for letter.

For papers whose reward asks for a literal: Dr. GRPO's "</think> <answer>", open-r1's count of tags. It says nothing of
their order; `format` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from verifiers.base import Json, Sample, Score, Verdict, register

Piece = Annotated[str, Meta(min_length=1, max_length=200)]
MAX_PIECES = 32


@register
@dataclass(frozen=True, slots=True)
class Literals:
    """Score 1 when every piece is there; `once`: exactly once. With `scoring` "fraction", the share that is."""

    name: ClassVar[str] = "literals"
    heavy: ClassVar[bool] = False
    needs_truth: ClassVar[bool] = False
    truth_forms: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, Json]] = {
        "completion": "<think>Six times seven is forty-two.</think> <answer>42</answer>",
        "ground_truth": None,
    }

    pieces: Annotated[tuple[Piece, ...], Meta(min_length=1, max_length=MAX_PIECES)] = ("<answer>", "</answer>")
    once: bool = False
    scoring: Literal["all", "fraction"] = "all"

    def verify(self, sample: Sample, truth: Json) -> Score:  # noqa: ARG002  # the text alone is looked at
        counts = {piece: sample.completion.count(piece) for piece in self.pieces}
        missing = [piece for piece in self.pieces if not self._is_kept(counts[piece])]
        steps = tuple(f"{piece!r} occurs {count} times" for piece, count in counts.items())
        if not missing:
            return Score(Verdict.CORRECT, 1.0, steps=steps)
        detail = f"{missing[0]!r} occurs {counts[missing[0]]} times"
        share = 1.0 - len(missing) / len(self.pieces)
        if self.scoring == "fraction" and share > 0.0:
            return Score(Verdict.PARTIAL, share, detail=detail, steps=steps)
        return Score(Verdict.BAD_FORMAT, 0.0, detail=detail, steps=steps)

    def check_truth(self, truth: Json) -> None:
        """Any ground truth will do: none is looked at."""

    def _is_kept(self, count: int) -> bool:
        return count == 1 if self.once else count > 0
