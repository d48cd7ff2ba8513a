"""Plain ASGI around every request: an id that is echoed, its line in the log, and keys where there are some."""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
import time
import uuid
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.bodies import BodyBudget
from app.errors import RequestError, problem
from app.metrics import Metrics
from app.playground.pages import OPEN_PATHS as PAGE_PATHS
from app.telemetry import Exchange, begin_exchange

log = logging.getLogger("truegold.access")

PROBES = frozenset({"/healthz", "/readyz"})
OPEN_PATHS = PROBES | PAGE_PATHS
QUIET_PATHS = PROBES | {"/metrics"}  # asked every few seconds, and of no interest afterwards
MAX_ID_CHARS = 200
MAX_PATH_CHARS = 200


class Exchanges:
    """Echo `X-Request-Id`, or make one up; count each request and log it when its answer has ended."""

    def __init__(self, app: ASGIApp, metrics: Metrics, bodies: BodyBudget) -> None:
        self._app = app
        self._metrics = metrics
        self._bodies = bodies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own = Headers(scope=scope).get("x-request-id", "")
        exchange = begin_exchange(own if 0 < len(own) <= MAX_ID_CHARS else uuid.uuid4().hex)
        started = time.perf_counter()
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value  # unless an answer begins

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = exchange.request_id
            await send(message)

        self._metrics.open_requests.inc()
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._metrics.open_requests.dec()
            self._metrics.answered(_route(scope), status, seconds := time.perf_counter() - started)
            _log_access(scope, status, seconds, exchange)
            await self._bodies.settle(exchange, 0)


def _route(scope: Scope) -> str:
    """Return the path as it was declared: what callers make up must not become names of series."""
    return str(getattr(scope.get("route"), "path", "unknown"))


def _log_access(scope: Scope, status: int, seconds: float, exchange: Exchange) -> None:
    level = logging.DEBUG if scope["path"] in QUIET_PATHS else logging.INFO
    if not log.isEnabledFor(level):
        return
    line = {
        "method": scope["method"],
        "path": scope["path"][:MAX_PATH_CHARS],
        "status": status,
        "ms": round(seconds * 1000, 3),
        "samples": exchange.samples,
        "nulls": exchange.nulls,
    }
    log.log(level, "request", extra=line)


class Keys:
    """Answer 401 without a key, where there are keys: `Authorization: Bearer`, or Basic as it comes from a URL."""

    def __init__(self, app: ASGIApp, keys: Collection[str]) -> None:
        self._app = app
        self._keys = [key.encode() for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._keys or scope["path"] in OPEN_PATHS or self._may_pass(scope):
            await self._app(scope, receive, send)
            return
        message = "this service wants a key: send Authorization: Bearer <key>"
        answer = problem(RequestError(HTTPStatus.UNAUTHORIZED, message, headers={"WWW-Authenticate": "Bearer"}))
        await answer(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        given = _key(Headers(scope=scope).get("authorization", ""))
        fits = [hmac.compare_digest(given, key) for key in self._keys]  # all of them: the time must not tell which
        return any(fits)


def _key(authorization: str) -> bytes:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode("utf-8", "replace")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return b""
    return b""
