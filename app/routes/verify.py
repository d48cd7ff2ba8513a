"""POST /v1/verify/{verifier}: one completion, one rule, and the steps of the verdict. Made for curl."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.body import is_small, read_json
from app.errors import unprocessable
from app.hangup import CLIENT_CLOSED_REQUEST, ClientGone, unless_gone
from app.openapi import described
from app.reading import Reader, read_sample, read_verify
from app.schemas import Judged, Problem, RewardsRequest, VerifyRequest
from app.service import Service
from app.writing import judged
from verifiers.engine.batch import Batch
from verifiers.engine.frames import to_json

router = APIRouter()

EXAMPLE = {"completion": "so the answer is \\boxed{\\frac{1}{2}}", "ground_truth": "0.5"}


@router.post(
    "/v1/verify/{verifier}",
    **described(VerifyRequest, Judged, Problem, EXAMPLE, "Judge one completion by one rule, and say why"),
)
async def verify(verifier: str, request: Request) -> Response:
    service: Service = request.app.state.service
    data = await read_json(request, service.settings.max_body_bytes)
    asked, shape = read_verify(data)
    try:
        read_sample(shape)
    except msgspec.ValidationError as error:
        raise unprocessable("completion", str(error)) from error
    sample = {name: value for name in shape.__struct_fields__ if (value := getattr(shape, name)) is not None}
    reader = Reader(service.registry, service.recipes, RewardsRequest([]))
    batch = Batch([reader.rollout({**sample, "verifier": verifier}, 0, "")])
    await service.readiness.wait()
    await batch.begin(service.engine, at_once=is_small(1))
    try:
        await unless_gone(request, service.finish(batch, service.settings.default_deadline_s))
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    (result,) = (result for result in batch.results if result is not None)
    spec = result.rollout.judges[0].spec if result.rollout.judges else None
    body = judged(spec.name if spec else verifier, result.scores[0], result.ms[0], asked.explain)
    return Response(to_json(body), media_type="application/json")
