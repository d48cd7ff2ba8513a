"""The OpenAPI document: made from the wire shapes themselves, with an example for each path that works when pasted."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app import schemas
from app.version import VERSION

PATH_PARAMETER = re.compile(r"{(\w+)}")
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
    "429": "the queue is full, or this key has all the requests under way that it may; wait for Retry-After seconds",
    "503": "the deadline came before there was an answer to the whole",
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
    for path, operations in made["paths"].items():
        for operation in operations.values():
            _name_path_parameters(path, operation)
            operation["responses"] = {
                status: ours
                for status, answer in operation["responses"].items()
                if (ours := _without_the_frameworks(answer)) is not None
            }
    return made


def _name_path_parameters(path: str, operation: dict[str, Any]) -> None:
    """Name what a path holds in braces and no route asked for by name: several ask for the recipe only on their way."""
    declared = operation.get("parameters", [])
    named = {parameter["name"] for parameter in declared if parameter["in"] == "path"}
    missing = [name for name in PATH_PARAMETER.findall(path) if name not in named]
    if missing:
        own = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in missing]
        operation["parameters"] = [*declared, *own]


def _without_the_frameworks(answer: dict[str, Any]) -> dict[str, Any] | None:
    """Take out what FastAPI added for a validation that it does not do here; None where nothing else was said."""
    content = answer.get("content", {})
    ours = {media: shape for media, shape in content.items() if "HTTPValidationError" not in str(shape)}
    if content and not ours:
        return None
    return {**answer, "content": ours} if content else answer
