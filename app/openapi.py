"""The OpenAPI document: made from the wire shapes themselves, with an example for each path that works when pasted."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app import schemas
from app.version import VERSION

REF = "#/components/schemas/{name}"
SHAPES = (
    schemas.SampleShape,
    schemas.RewardsRequest,
    schemas.RewardsResponse,
    schemas.SummaryLine,
    schemas.VerifyRequest,
    schemas.Judged,
    schemas.VoteRequest,
    schemas.VoteResponse,
    schemas.SelectRequest,
    schemas.SelectResponse,
    schemas.LintRequest,
    schemas.LintResponse,
    schemas.Problem,
)
PROBLEMS = {
    "401": "no valid key, where keys are configured",
    "408": "the body stopped coming",
    "413": "over a size limit, which is named",
    "415": "an unknown Content-Encoding",
    "422": "a request that cannot be read, or that names what does not exist",
    "503": "the queue is full; come back after Retry-After seconds",
}


def described(request: type, response: type, problem: type, example: dict[str, Any], summary: str) -> dict[str, Any]:
    """Say what a POST takes and gives, for a route that reads and writes its own bodies."""
    answers = {"200": {"description": "judged", "content": {"application/json": {"schema": _ref(response)}}}}
    if response is schemas.RewardsResponse:
        answers["200"]["content"]["application/x-ndjson"] = {"schema": {"type": "string"}}  # type: ignore[index]  # nested
    answers |= {
        status: {"description": meaning, "content": {"application/problem+json": {"schema": _ref(problem)}}}
        for status, meaning in PROBLEMS.items()
    }
    body = {"required": True, "content": {"application/json": {"schema": _ref(request), "example": example}}}
    return {"summary": summary, "openapi_extra": {"requestBody": body, "responses": answers}}


def shown(summary: str) -> dict[str, Any]:
    """Say what a GET gives: a JSON object."""
    return {"summary": summary, "responses": {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}}


def shown_as_text(summary: str) -> dict[str, Any]:
    """Say what a GET gives: lines of text."""
    return {"summary": summary, "responses": {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}}


def _ref(shape: type) -> dict[str, str]:
    return {"$ref": REF.format(name=shape.__name__)}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the whole document, the shapes among its components."""
    made = get_openapi(
        title="truegold",
        version=VERSION,
        summary="Rule-based rewards for reinforcement learning. 0 means wrong; null means we could not judge.",
        routes=app.routes,
    )
    _, components = msgspec.json.schema_components(SHAPES, ref_template=REF)
    for name in ("RewardsRequest", "SelectRequest", "LintRequest"):
        components[name]["properties"]["samples"]["items"] = _ref(schemas.SampleShape)
    made["components"] = {"schemas": dict(sorted(components.items()))}
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"] = {
                status: answer for status, answer in operation["responses"].items() if not _is_frameworks(answer)
            }
    return made


def _is_frameworks(answer: dict[str, Any]) -> bool:
    """Whether FastAPI added this answer for a validation that it does not do here."""
    content = answer.get("content", {}).get("application/json", {})
    return "HTTPValidationError" in str(content.get("schema", {}))
