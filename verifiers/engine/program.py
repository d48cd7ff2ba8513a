"""One program through the lanes, in turn with all else, for callers that want its outcome and no score."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from sandbox.base import Limits, Outcome, Program, Status
from verifiers.base import Json, Judging, Run, Sample, Score, Verdict
from verifiers.engine.engine import Engine
from verifiers.engine.judgement import Judgement, Request
from verifiers.registry import Spec


class NotRun(Exception):
    """The program was not run as asked, which says nothing of the program; the message says why."""


@dataclass(frozen=True, slots=True)
class _Errand:
    """A rule in form only: it asks for one run and keeps the outcome."""

    name: ClassVar[str] = "run"
    heavy: ClassVar[bool] = False
    needs_truth: ClassVar[bool] = False
    truth_forms: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, Json]] = {}

    run: Run
    outcomes: list[Outcome]

    def check_truth(self, truth: Json) -> None:
        """There is none."""

    def verify(self, sample: Sample, truth: Json) -> Judging:  # noqa: ARG002 - the protocol's signature
        self.outcomes.append((yield self.run))
        return Score(Verdict.CORRECT, 1.0)


async def run_program(engine: Engine, run: Run, wait_s: float) -> Outcome:
    """Queue a program, and return how it ended.

    Raises:
        EngineBusyError: too much is queued already.
        TimeoutError: it had not ended after `wait_s` seconds, in the queue or running.
        NotRun: this machine cannot run it.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Score] = loop.create_future()

    def settle(score: Score) -> None:
        if not done.done():
            done.set_result(score)

    def on_done(_: Judgement, score: Score) -> None:
        loop.call_soon_threadsafe(settle, score)

    request = Request(on_done)
    errand = _Errand(run, [])
    engine.submit(request, [Judgement(errand, Spec(errand.name), Sample(""), None, request)])
    try:
        score = await asyncio.wait_for(done, wait_s)
    finally:
        engine.drop(request)
    if not errand.outcomes:
        raise NotRun(score.detail)
    return errand.outcomes[0]


__all__ = ["Limits", "NotRun", "Outcome", "Program", "Run", "Status", "run_program"]
