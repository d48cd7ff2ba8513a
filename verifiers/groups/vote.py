"""Majority vote (cons@k) over equivalence classes of answers, by the rule's own strict equality, through the engine.

Each answer is compared with the first member of each class, in the order in which the classes were first seen. A pair
whose comparison passes its budget is not the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from verifiers.base import Json, Sample, Verdict, Verifier
from verifiers.engine import frames
from verifiers.engine.asking import Answered, Question, ask
from verifiers.engine.batch import Judge
from verifiers.engine.engine import Engine
from verifiers.engine.worker import Ask


class VoteLate(Exception):
    """The deadline came before all answers were compared."""


@dataclass(frozen=True, slots=True)
class AnswerClass:
    """Answers that are the same: the first one's text, and who gave them."""

    answer: str
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Vote:
    """The classes, largest first, the first seen before others of its size; and who gave no answer."""

    of: int
    classes: tuple[AnswerClass, ...]
    unanswered: tuple[int, ...]

    @property
    def winner(self) -> AnswerClass | None:
        return self.classes[0] if self.classes else None


def can_vote(rule: type[Verifier] | Verifier) -> bool:
    return hasattr(rule, "read") and hasattr(rule, "same")


async def vote(engine: Engine, judge: Judge, samples: Sequence[Sample | None], until: float) -> Vote:
    """Sort the samples' answers into classes. A sample that is None, for it could not be read, gave no answer.

    Raises:
        VoteLate: `until`, on the monotonic clock, came first.
        EngineBusyError: too much is queued already.
    """
    read = await _read(engine, judge, samples, until)
    answered = [place for place, answer in enumerate(read) if answer is not None]
    classes = await _classes(engine, judge, {place: read[place] for place in answered}, until)
    made = [AnswerClass(str(read[members[0]]), tuple(members)) for members in classes]
    made.sort(key=lambda answers: (-len(answers.members), answers.members[0]))
    return Vote(len(samples), tuple(made), tuple(place for place, answer in enumerate(read) if answer is None))


async def _read(engine: Engine, judge: Judge, samples: Sequence[Sample | None], until: float) -> list[Json]:
    """Return each sample's answer, None without one. Equal samples are read once."""
    distinct = list(dict.fromkeys(sample for sample in samples if sample is not None))
    answers = await ask(engine, [Question(Ask.READ, judge, sample) for sample in distinct], until)
    _check(answers)
    known = {sample: answered.score.evidence.get("read") for sample, answered in zip(distinct, answers, strict=True)}
    return [None if sample is None else known[sample] for sample in samples]


async def _classes(engine: Engine, judge: Judge, answers: dict[int, Json], until: float) -> list[list[int]]:
    """Return the members of each class. One round a class: all that is left is compared with its first member."""
    alike: dict[bytes, list[int]] = {}
    for place, answer in answers.items():
        alike.setdefault(frames.to_json(answer), []).append(place)
    left = list(alike.values())
    classes: list[list[int]] = []
    while left:
        first, *others = left
        pairs = [[answers[first[0]], answers[other[0]]] for other in others]
        same = await ask(engine, [Question(Ask.SAME, judge, truth=pair) for pair in pairs], until)
        _check(same)
        joined = [other for other, answered in zip(others, same, strict=True) if answered.holds]
        left = [other for other, answered in zip(others, same, strict=True) if not answered.holds]
        classes.append(sorted([*first, *(place for other in joined for place in other)]))
    return classes


def _check(answers: Iterable[Answered]) -> None:
    if any(answered.score.verdict is Verdict.DEADLINE for answered in answers):
        raise VoteLate("the deadline came before all answers were compared")
