"""Plays the engine for the rule `code`, with a real slot."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.base import DuetOutcome, LanguageUnavailable, Outcome
from sandbox.slot import Slot
from verifiers.base import Duet, Piece, Sample, Score
from verifiers.rules.program import Code


def judged(slot: Slot, completion: str, truth: Any, **options: Any) -> Score:
    judging = msgspec.convert(options, Code).verify(Sample(completion), truth)
    answer: Any = None
    while True:
        try:
            is_lacking = isinstance(answer, LanguageUnavailable)
            work = judging.throw(answer) if is_lacking else judging.send(answer)  # type: ignore[union-attr]  # this rule always gives a generator
        except StopIteration as end:
            score: Score = end.value
            return score
        try:
            answer = tuple(_done(slot, piece) for piece in work) if isinstance(work, tuple) else _done(slot, work)
        except LanguageUnavailable as error:
            answer = error


def _done(slot: Slot, piece: Piece) -> Outcome | DuetOutcome:
    if isinstance(piece, Duet):
        return slot.run_duet(piece.candidate, piece.tests, piece.limits, together=piece.together)
    return slot.run(piece.program, piece.limits, piece.stdin, piece.requests)
