"""What goes wrong with a request as a whole, and the one table from that to problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from verifiers.engine.engine import EngineBusyError

PROBLEM = "application/problem+json"
RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with a request: where, and what to do."""

    field: str
    message: str


@dataclass(slots=True)
class RequestError(Exception):
    """The request as a whole cannot be served. Raised before any work is done."""

    status: HTTPStatus
    detail: str
    errors: Sequence[FieldError] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.detail


def unprocessable(where: str, message: str) -> RequestError:
    return RequestError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{where}: {message}", [FieldError(where, message)])


def problem(error: RequestError) -> Response:
    """Write an error; nothing of the request's own content is echoed but field paths and names."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.status.phrase,
        "status": error.status.value,
        "detail": error.detail,
    }
    if error.errors:
        body["errors"] = [{"field": item.field, "message": item.message} for item in error.errors]
    encoded = msgspec.json.encode(_without_surrogates(body))
    return Response(encoded, error.status.value, headers=error.headers, media_type=PROBLEM)


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _without_surrogates(item) for key, item in value.items()}
    return [_without_surrogates(item) for item in value] if isinstance(value, list) else value


async def on_request_error(_: Request, error: Exception) -> Response:
    return problem(as_request_error(error))


def as_request_error(error: Exception) -> RequestError:
    """The table: our exceptions and the framework's, as one kind."""
    if isinstance(error, RequestError):
        return error
    if isinstance(error, EngineBusyError):
        headers = {"Retry-After": str(RETRY_AFTER_S)}
        return RequestError(HTTPStatus.TOO_MANY_REQUESTS, str(error), headers=headers)
    if isinstance(error, HTTPException):
        return RequestError(HTTPStatus(error.status_code), str(error.detail), headers=dict(error.headers or {}))
    return RequestError(HTTPStatus.INTERNAL_SERVER_ERROR, "the service failed; its log says more")
