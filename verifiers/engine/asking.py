"""Questions beyond a batch: several asked of the engine at once, and their answers awaited, under the same budgets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from verifiers.base import Json, Sample, Score, Verdict
from verifiers.engine.batch import TOO_LATE, Judge
from verifiers.engine.engine import Engine
from verifiers.engine.judgement import Judgement, Request
from verifiers.engine.worker import Ask

NO_SAMPLE = Sample("")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one rule; see `Ask` for what `sample` and `truth` mean to it."""

    ask: Ask
    judge: Judge
    sample: Sample = NO_SAMPLE
    truth: Json = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer as a score, and the milliseconds that it took."""

    score: Score
    ms: float = 0.0

    @property
    def holds(self) -> bool:
        return self.score.verdict is Verdict.CORRECT


LATE = Answered(TOO_LATE)


async def ask(
    engine: Engine, questions: Sequence[Question], until: float, *, is_refusable: bool = True
) -> list[Answered]:
    """Return one answer per question, in order; those not reached by `until` (on the monotonic clock) abstain.

    Raises:
        EngineBusyError: too much is queued already, and this is refusable.
    """
    if not questions:
        return []
    asking = _Asking(len(questions))
    request = Request(asking.on_done, is_refusable=is_refusable)
    judgements = [
        Judgement(question.judge.verifier, question.judge.spec, question.sample, question.truth, request, question.ask)
        for question in questions
    ]
    asking.places = {judgement: place for place, judgement in enumerate(judgements)}
    try:
        await asyncio.to_thread(engine.submit, request, judgements)
        await asyncio.wait([asking.done], timeout=max(0.0, until - time.monotonic()))
    finally:
        engine.drop(request)
    return [answered or LATE for answered in asking.answers]


class _Asking:
    """The answers as they come in, from any thread; all is kept on the event loop."""

    def __init__(self, size: int) -> None:
        self.places: dict[Judgement, int] = {}
        self.answers: list[Answered | None] = [None] * size
        self.missing = size
        self.loop = asyncio.get_running_loop()
        self.done: asyncio.Future[None] = self.loop.create_future()

    def on_done(self, judgement: Judgement, score: Score) -> None:
        answered = Answered(score, judgement.ms)
        self.loop.call_soon_threadsafe(self._take, self.places[judgement], answered)

    def _take(self, place: int, answered: Answered) -> None:
        self.answers[place] = answered
        self.missing -= 1
        if self.missing == 0 and not self.done.done():
            self.done.set_result(None)
