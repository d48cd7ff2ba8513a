"""Is it alive, is it ready, which one is it."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.metrics import CONTENT_TYPE
from app.openapi import shown, shown_as_text
from app.service import Service
from app.version import VERSION
from verifiers.engine.fingerprint import SCORING_VERSION, code_digest
from verifiers.engine.frames import to_json

router = APIRouter()


@router.get("/healthz", **shown("The process lives"))
async def healthz() -> Response:
    return _json({"status": "alive"})


@router.get("/readyz", **shown("The pools are warm and the sandbox has proven itself"))
async def readyz(request: Request) -> Response:
    service: Service = request.app.state.service
    sandbox = service.sandbox
    return _json(
        {
            "status": service.status,
            "cores": service.engine.cores,
            "isolation": list(sandbox.layers),
            "sandbox_problem": service.sandbox_problem,
            "verifiers": list(service.registry.names),
        },
        HTTPStatus.OK if service.is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


@router.get("/version", **shown("The release and the version of the scoring"))
async def version() -> Response:
    return _json({"version": VERSION, "scoring_version": SCORING_VERSION, "code": code_digest()[:10]})


@router.get("/metrics", **shown_as_text("Counters for Prometheus"))
async def metrics(request: Request) -> Response:
    service: Service = request.app.state.service
    return Response(await asyncio.to_thread(service.metrics.text), media_type=CONTENT_TYPE)


def _json(body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(to_json(body), status, media_type="application/json")
