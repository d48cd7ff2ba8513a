"""POST /v1/select: rejection sampling, the rollouts worth fine-tuning on, and why the others are not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from app.body import read_json
from app.hangup import CLIENT_CLOSED_REQUEST, ClientGone, unless_gone
from app.openapi import described
from app.reading import Reader, bounded_deadline_s, check_count, read_shape
from app.schemas import Dropped, Problem, RewardsRequest, SelectRequest, SelectResponse
from app.service import Service
from verifiers.base import Json, Sample
from verifiers.engine.asking import Question, ask
from verifiers.engine.batch import Batch, Judge, Result, Rollout
from verifiers.engine.engine import Engine
from verifiers.engine.frames import to_json
from verifiers.engine.worker import Ask
from verifiers.groups.select import Seen, SelectRules, select
from verifiers.groups.vote import can_vote
from verifiers.recipes.combine import Component, Recipe
from verifiers.registry import Registry, Spec
from verifiers.text.answer_part import reasoning_end
from verifiers.text.boxes import find_boxes

router = APIRouter()

EXAMPLE: dict[str, Any] = {
    "recipe": "accuracy",
    "samples": [
        {
            "id": "a",
            "group": "p1",
            "completion": "Six sevens are \\boxed{42}",
            "ground_truth": "42",
            "verifier": "math",
        },
        {"id": "b", "group": "p1", "completion": "It must be \\boxed{41}", "ground_truth": "42", "verifier": "math"},
        {
            "id": "c",
            "group": "p1",
            "completion": "Six sevens are \\boxed{42}",
            "ground_truth": "42",
            "verifier": "math",
        },
    ],
    "rules": {
        "min_reward": 1.0,
        "max_per_group": 4,
        "deny_flags": ["language_mixed", "repetition", "truncated"],
        "deduplicate": True,
    },
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that has been read: the rollouts, the same as the observers see them, and the rules."""

    rollouts: list[Rollout]
    observed: list[Rollout]
    rules: SelectRules
    until: float  # on the monotonic clock


@router.post(
    "/v1/select", **described(SelectRequest, SelectResponse, Problem, EXAMPLE, "Select rollouts by rejection sampling")
)
async def selected(request: Request) -> Response:
    service: Service = request.app.state.service
    data = await read_json(request, service.settings.max_body_bytes)
    asked = await asyncio.to_thread(_understand, data, service)
    await service.readiness.wait()
    try:
        seen = await unless_gone(request, _looked_at(service, asked))
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    why = await asyncio.to_thread(select, seen, asked.rules)
    return Response(to_json(_written(asked.rollouts, why)), media_type="application/json")


def _understand(data: object, service: Service) -> _Asked:
    settings = service.settings
    read = read_shape(data, SelectRequest)
    check_count(len(read.samples), settings.max_samples)
    until = time.monotonic() + bounded_deadline_s(read.deadline_s, settings.default_deadline_s, settings.max_deadline_s)
    rollouts = Reader(service.registry, service.recipes, RewardsRequest(read.samples, read.recipe)).read()
    observers = _observers(read.rules)
    observed = [_observed(rollout, observers, service.registry) for rollout in rollouts] if observers else []
    return _Asked(rollouts, observed, read.rules, until)


# ------------------------------------------------------------------------------------------------------------ observers


def _observers(rules: SelectRules) -> tuple[str, ...]:
    """Which rules must look at a rollout beside its recipe: their scores and flags are asked for."""
    wanted = {
        "format": rules.format_strict or bool(rules.deny_flags),
        "language": rules.min_language is not None or bool(rules.deny_flags),
        "repetition": rules.max_repetition is not None or bool(rules.deny_flags),
    }
    return tuple(name for name, is_wanted in wanted.items() if is_wanted)


def _observed(rollout: Rollout, observers: Sequence[str], registry: Registry) -> Rollout:
    """Return the rollout as the observers judge it, with the options that its recipe gives them."""
    own = {judge.spec.name: judge for judge in rollout.judges}
    judges = tuple(own.get(name) or Judge(registry.build(Spec(name)), Spec(name)) for name in observers)
    recipe = Recipe("observers", tuple(Component(name, name) for name in observers))
    return replace(rollout, recipe=recipe, judges=() if rollout.problem else judges, group=None)


# ------------------------------------------------------------------------------------------------------------- looking


async def _looked_at(service: Service, asked: _Asked) -> list[Seen]:
    results = await _results(service, asked.rollouts, asked.until)
    observed = await _results(service, asked.observed, asked.until, is_counted=False) if asked.observed else results
    agrees = await _agreements(service.engine, results, asked.until) if asked.rules.think_answer_agree else {}
    return [
        _seen(result, other, agrees.get(place))
        for place, (result, other) in enumerate(zip(results, observed, strict=True))
    ]


async def _results(
    service: Service, rollouts: Sequence[Rollout], until: float, *, is_counted: bool = True
) -> list[Result]:
    batch = Batch(rollouts)
    await batch.begin(service.engine)
    await service.finish(batch, until - time.monotonic(), is_counted=is_counted)
    return [result for result in batch.results if result is not None]


def _seen(result: Result, observed: Result, agrees: bool | None) -> Seen:
    sample = result.rollout.sample
    scores = {
        component.verifier: score
        for component, score in zip(observed.rollout.recipe.components, observed.scores, strict=True)
    }
    form, language, repetition = (scores.get(name) for name in ("format", "language", "repetition"))
    return Seen(
        completion=sample.completion,
        prompt=sample.prompt,
        group=result.rollout.group,
        reward=result.reward.value,
        error=result.reward.error.code if result.reward.error else None,
        truncated=sample.truncated,
        tokens=sample.completion_tokens,
        flags={flag for score in (*result.scores, *observed.scores) for flag in score.flags},
        format_holds=form.value == 1.0 if form else None,
        language=language.value if language else None,
        repeated=1.0 - repetition.value if repetition and repetition.value is not None else None,
        agrees=agrees,
    )


async def _agreements(engine: Engine, results: Sequence[Result], until: float) -> Mapping[int, bool]:
    """Say for each sample whose reasoning boxes an answer whether its final answer is the same, as the rule sees it."""
    thoughts = {place: _boxed_thought(result.rollout) for place, result in enumerate(results)}
    boxed = {place: thought for place, thought in thoughts.items() if thought is not None}
    reads = await ask(
        engine,
        [
            Question(Ask.READ, _judge(results[place].rollout), sample)
            for place, thought in boxed.items()
            for sample in (thought, results[place].rollout.sample)
        ],
        until,
    )
    answers: list[Json] = [answered.score.evidence.get("read") for answered in reads]
    pairs = dict(zip(boxed, zip(answers[::2], answers[1::2], strict=True), strict=True))
    whole = {place: pair for place, pair in pairs.items() if None not in pair}
    same = await ask(
        engine,
        [Question(Ask.SAME, _judge(results[place].rollout), truth=list(pair)) for place, pair in whole.items()],
        until,
    )
    # A thought that gives an answer, and no final answer, do not agree; a thought that cannot be read says nothing.
    return {place: False for place, (thought, _) in pairs.items() if thought is not None} | {
        place: answered.holds for place, answered in zip(whole, same, strict=True)
    }


def _judge(rollout: Rollout) -> Judge:
    return rollout.judges[rollout.recipe.accuracy_place or 0]


def _boxed_thought(rollout: Rollout) -> Sample | None:
    """Return the last box of the reasoning, as a sample of its own; None without one, or where the rule cannot read."""
    sample = rollout.sample
    cut = None if rollout.problem else reasoning_end(sample.completion, sample.prompt)
    if not cut or not can_vote(_judge(rollout).verifier):
        return None
    boxes = [box for box in find_boxes(sample.completion[:cut]) if box.is_closed]
    return Sample(f"\\boxed{{{boxes[-1].content}}}") if boxes else None


def _written(rollouts: Sequence[Rollout], why: Sequence[list[str]]) -> SelectResponse:
    pairs = list(zip(rollouts, why, strict=True))
    return SelectResponse(
        selected=[rollout.id for rollout, reasons in pairs if not reasons],
        dropped=[Dropped(rollout.id, reasons) for rollout, reasons in pairs if reasons],
    )
