"""What every trainer's protocol shares: the URL says how to judge, nothing is refused for load, and nulls are counted.

These trainers take nothing but a URL, several turn an error status into a silent 0, and most crash on a null. So a
request waits here until the engine takes it, and a null becomes a number that the answer's header admits to.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from app.body import apart, is_small, read_json, unreadable_in
from app.errors import RequestError, unprocessable
from app.hangup import unless_gone
from app.openapi import REF
from app.reading import Reader
from app.schemas import RewardsRequest
from app.service import Service
from verifiers.base import Json
from verifiers.engine.batch import Batch, Result, Rollout
from verifiers.engine.engine import EngineBusyError
from verifiers.engine.frames import to_json

NULLS_HEADER = "X-Truegold-Nulls"
BUSY_PAUSE_S = 0.2

log = logging.getLogger("truegold.compat")


@dataclass(frozen=True, slots=True)
class Terms:
    """How to judge, as the URL says it. `on_null` stands for a reward that is null; None leaves it null."""

    recipe: str
    verifier: str
    on_null: float | None


def read_terms(
    request: Request,
    asked_recipe: Annotated[str | None, Query(alias="recipe", description="A recipe's name; `accuracy`.")] = None,
    verifier: Annotated[str, Query(description="The rule that says whether an answer is right.")] = "auto",
    on_null: Annotated[str, Query(description="A number, or `null`: what a reward becomes that is null.")] = "0",
) -> Terms:
    """Read what the path and the query say.

    Raises:
        RequestError: 422, `on_null` is no number.
    """
    recipe = request.path_params.get("recipe") or asked_recipe or "accuracy"
    return Terms(recipe, verifier, _number_or_null(on_null))


def _number_or_null(text: str) -> float | None:
    if text.strip().lower() in ("null", "none"):
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise unprocessable("on_null", f"is a finite number or null, not {text[:40]!r}")
    return number


async def read_object(request: Request) -> dict[str, Json]:
    """Return the body, which must be an object. What is unreadable inside is for each sample to say.

    Raises:
        RequestError: 413, 415 or 422.
    """
    service: Service = request.app.state.service
    body = await read_json(request, service.settings.max_body_bytes, may_wait=True)
    if not isinstance(body, dict):
        raise unprocessable("body", "must be a JSON object")
    return body


def refuse_unreadable(body: Mapping[str, Json]) -> None:
    """Refuse a body of one sample that holds NaN, an infinity, or nesting without end.

    Raises:
        RequestError: 422 with the field's name.
    """
    for name, value in body.items():
        if problem := unreadable_in(value):
            raise unprocessable(name, problem)


@dataclass(frozen=True, slots=True)
class Judged:
    """The results of one request, in the order of its samples."""

    results: Sequence[Result]
    on_null: float | None

    @property
    def nulls(self) -> int:
        return sum(result.reward.value is None for result in self.results)

    @property
    def rewards(self) -> list[float | None]:
        return [self.on_null if result.reward.value is None else result.reward.value for result in self.results]

    @property
    def accuracies(self) -> list[float]:
        """How right each answer is, from 0 to 1; 0 where that could not be judged."""
        return [result.scores[result.rollout.recipe.accuracy_place or 0].value or 0.0 for result in self.results]

    def scores(self) -> dict[str, list[float]]:
        """Each component's scores by its name: numbers only, and the same names for every sample of a recipe."""
        if not self.results:
            return {}
        components = self.results[0].rollout.recipe.components
        return {
            component.name: [result.scores[place].value or 0.0 for result in self.results]
            for place, component in enumerate(components)
        }

    def answer(self, body: Json) -> Response:
        """Write a reply that admits to its nulls."""
        if self.nulls:
            reasons = sorted({str(result.reward.error.code) for result in self.results if result.reward.error})
            log.warning("%d of %d rewards are null: %s", self.nulls, len(self.results), ", ".join(reasons))
        return Response(to_json(body), media_type="application/json", headers={NULLS_HEADER: str(self.nulls)})


async def judge(request: Request, samples: Sequence[Mapping[str, Json]], terms: Terms) -> Judged:
    """Judge samples as the URL says. Waits while the queue is full.

    Raises:
        RequestError: 422, the URL names what does not exist; 413, too many samples; 504, the queue stays full.
        ClientGone: nobody waits for the answer any more.
    """
    service: Service = request.app.state.service
    if len(samples) > service.settings.max_samples:
        message = f"{len(samples)} samples; at most {service.settings.max_samples} (TRUEGOLD_MAX_SAMPLES)"
        raise RequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
    rollouts = await apart(len(samples), _rollouts, service, samples, terms)
    judged = Judged(await unless_gone(request, _results(service, rollouts)), terms.on_null)
    if judged.on_null is not None:
        service.metrics.replaced(judged.nulls)
    return judged


def _rollouts(service: Service, samples: Sequence[Mapping[str, Json]], terms: Terms) -> list[Rollout]:
    named = [{"verifier": terms.verifier, **sample} for sample in samples]
    return Reader(service.registry, service.recipes, RewardsRequest(named, recipe=terms.recipe)).read()


async def _results(service: Service, rollouts: list[Rollout]) -> list[Result]:
    await service.readiness.wait()
    try:
        async with asyncio.timeout(service.settings.default_deadline_s):
            batch = await _taken(service, rollouts)
    except TimeoutError:
        raise RequestError(HTTPStatus.GATEWAY_TIMEOUT, "the queue stayed full; try again") from None
    await service.finish(batch, service.settings.default_deadline_s)
    return [result for result in batch.results if result is not None]


async def _taken(service: Service, rollouts: list[Rollout]) -> Batch:
    while True:
        batch = Batch(rollouts)
        try:
            await batch.begin(service.engine, at_once=is_small(len(rollouts)))
        except EngineBusyError:
            await asyncio.sleep(BUSY_PAUSE_S)
        else:
            return batch


def spoken(summary: str, example: Mapping[str, Json]) -> dict[str, Any]:
    """Say for the OpenAPI document what a trainer's POST takes: the shape is the trainer's, so an example shows it."""
    problem = {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}}
    answers: dict[str, Any] = {
        "200": {"description": "judged", "content": {"application/json": {"schema": {}}}},
        **{str(int(status)): {"description": status.phrase, "content": problem} for status in _REFUSALS},
    }
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}, "example": example}}}
    return {"summary": summary, "openapi_extra": {"requestBody": body, "responses": answers}}


_REFUSALS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.GATEWAY_TIMEOUT,
)
