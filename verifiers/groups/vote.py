"""Majority vote (cons@k) over equivalence classes of answers, by the rule's own strict equality, through the engine.

Each answer is compared with the first member of each class, in the order in which the classes were first seen. A pair
whose comparison passes its budget is not the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verifiers.base import Json, Sample, Verdict, Verifier
from verifiers.engine import frames
from verifiers.engine.asking import Answered, Question, ask
from verifiers.engine.batch import Judge
from verifiers.engine.engine import Engine
from verifiers.engine.worker import Ask


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


@dataclass(frozen=True, slots=True)
class Poll:
    """Whose answers are sorted, by which rule. A sample that is None, for it could not be read, gives no answer."""

    judge: Judge
    samples: Sequence[Sample | None]


async def count_votes(
    engine: Engine, polls: Sequence[Poll], until: float, *, is_refusable: bool = True
) -> list[Vote | None]:
    """Sort the answers of each poll into classes; None for one that `until`, on the monotonic clock, came before.

    All polls go through the engine together: one round reads, and each further one settles a class of every poll.

    Raises:
        EngineBusyError: too much is queued already, and this is refusable; once it has begun, it is not.
    """
    counts = [_Count(poll) for poll in polls]
    await _round(engine, counts, until, is_refusable)
    while any(count.left for count in counts):
        await _round(engine, counts, until, False)
    return [count.vote for count in counts]


async def _round(engine: Engine, counts: Sequence[_Count], until: float, is_refusable: bool) -> None:
    asked = [count.questions() for count in counts]
    questions = [question for questions in asked for question in questions]
    answers = iter(await ask(engine, questions, until, is_refusable=is_refusable))
    for count, questions in zip(counts, asked, strict=True):
        count.take([next(answers) for _ in questions])


class _Count:
    """One poll as it is counted: `left` are answers of no class yet, those written alike together."""

    def __init__(self, poll: Poll) -> None:
        self._poll = poll
        self._distinct = list(dict.fromkeys(sample for sample in poll.samples if sample is not None))
        self._read: list[Json] | None = None
        self._classes: list[list[int]] = []
        self._is_late = False
        self.left: list[list[int]] = []

    def questions(self) -> list[Question]:
        """Return what to ask next: every answer, then whether each one left is the first one left."""
        judge = self._poll.judge
        if self._read is None:
            return [Question(Ask.READ, judge, sample) for sample in self._distinct]
        first = [self._read[self.left[0][0]]] if self.left else []
        return [
            Question(Ask.SAME, judge, truth=[one, self._read[other[0]]]) for one in first for other in self.left[1:]
        ]

    def take(self, answers: Sequence[Answered]) -> None:
        if any(answered.score.verdict is Verdict.DEADLINE for answered in answers):
            self._is_late, self.left, self._read = True, [], self._read or []
        elif self._read is None:
            self._take_answers(answers)
        elif self.left:
            self._take_class(answers)

    def _take_answers(self, answers: Sequence[Answered]) -> None:
        said = [answered.score.evidence.get("read") for answered in answers]
        known = dict(zip(self._distinct, said, strict=True))
        self._read = [None if sample is None else known[sample] for sample in self._poll.samples]
        alike: dict[bytes, list[int]] = {}
        for place, answer in enumerate(self._read):
            if answer is not None:
                alike.setdefault(frames.to_json(answer), []).append(place)
        self.left = list(alike.values())

    def _take_class(self, answers: Sequence[Answered]) -> None:
        first, *others = self.left
        joined = [other for other, answered in zip(others, answers, strict=True) if answered.holds]
        self.left = [other for other, answered in zip(others, answers, strict=True) if not answered.holds]
        self._classes.append(sorted([*first, *(place for other in joined for place in other)]))

    @property
    def vote(self) -> Vote | None:
        if self._is_late or self._read is None:
            return None
        classes = [AnswerClass(str(self._read[members[0]]), tuple(members)) for members in self._classes]
        classes.sort(key=lambda answers: (-len(answers.members), answers.members[0]))
        unanswered = tuple(place for place, answer in enumerate(self._read) if answer is None)
        return Vote(len(self._read), tuple(classes), unanswered)
