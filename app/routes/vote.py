"""POST /v1/vote: the majority answer of several completions, over classes of equal answers."""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.body import read_json
from app.errors import RequestError, unprocessable
from app.hangup import CLIENT_CLOSED_REQUEST, ClientGone, unless_gone
from app.openapi import described
from app.reading import Reader, check_count, read_shape
from app.schemas import AnswerClassOut, Problem, RewardsRequest, VoteRequest, VoteResponse
from app.service import Service
from verifiers.base import Json
from verifiers.engine.asking import Question, ask
from verifiers.engine.batch import Rollout
from verifiers.engine.engine import Engine
from verifiers.engine.frames import to_json
from verifiers.engine.worker import Ask
from verifiers.groups.vote import Poll, Vote, can_vote, count_votes

router = APIRouter()

EXAMPLE = {
    "completions": ["so \\boxed{\\frac{1}{2}}", "\\boxed{2}", "\\boxed{0.5}", "\\boxed{1/2}", "no idea \\boxed{"],
    "verifier": "math",
    "options": {},
    "ground_truth": "0.5",
}


@router.post("/v1/vote", **described(VoteRequest, VoteResponse, Problem, EXAMPLE, "Take the majority of the answers"))
async def votes(request: Request) -> Response:
    service: Service = request.app.state.service
    data = await read_json(request, service.settings.max_body_bytes)
    rollouts = await asyncio.to_thread(_understand, data, service)
    await service.readiness.wait()
    until = time.monotonic() + service.settings.default_deadline_s
    try:
        response = await unless_gone(request, _counted(service.engine, rollouts, until))
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    return Response(to_json(response), media_type="application/json")


def _understand(data: object, service: Service) -> list[Rollout]:
    asked = read_shape(data, VoteRequest)
    check_count(len(asked.completions), service.settings.max_samples, "completions")
    shared = {"verifier": asked.verifier, "options": asked.options, "ground_truth": asked.ground_truth}
    samples: list[Json] = [{"completion": text, "prompt": asked.prompt, **shared} for text in asked.completions]
    rollouts = Reader(service.registry, service.recipes, RewardsRequest(samples)).read()
    for rollout in rollouts:
        if rollout.judges and not can_vote(rollout.judges[0].verifier):
            able = ", ".join(name for name, rule in service.registry.rules.items() if can_vote(rule))
            name = rollout.judges[0].spec.name
            raise unprocessable("verifier", f"{name!r} has no equality of answers to vote by; known: {able}")
    return rollouts


async def _counted(engine: Engine, rollouts: list[Rollout], until: float) -> VoteResponse:
    judge = next((rollout.judges[0] for rollout in rollouts if rollout.judges), None)
    samples = [None if rollout.problem else rollout.sample for rollout in rollouts]
    counted: Vote | None = Vote(len(rollouts), (), tuple(range(len(rollouts))))
    if judge is not None:
        (counted,) = await count_votes(engine, [Poll(judge, samples)], until)
    if counted is None:
        raise RequestError(HTTPStatus.SERVICE_UNAVAILABLE, "the deadline came before all answers were compared")
    winner = counted.winner
    return VoteResponse(
        answer=winner.answer if winner else None,
        votes=len(winner.members) if winner else 0,
        of=counted.of,
        classes=[AnswerClassOut(answers.answer, list(answers.members)) for answers in counted.classes],
        unanswered=list(counted.unanswered),
        correct=await _is_right(engine, counted, rollouts, until),
    )


async def _is_right(engine: Engine, counted: Vote, rollouts: list[Rollout], until: float) -> bool | None:
    """Judge the completion that gave the winning answer first; without a winner, any that can be read."""
    place = counted.winner.members[0] if counted.winner else None
    judged = rollouts[place] if place is not None else next((one for one in rollouts if one.judges), None)
    if judged is None or judged.truth is None:
        return None
    question = Question(Ask.JUDGE, judged.judges[0], judged.sample, judged.truth)
    (answered,) = await ask(engine, [question], until, is_refusable=counted.winner is None)
    return None if answered.score.value is None else answered.holds
