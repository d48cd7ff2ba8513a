"""Plain ASGI around every request: an id that is echoed, its line in the log. Keys are in `app.keys`."""

from __future__ import annotations

import logging
import time
import uuid
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.bodies import BodyBudget
from app.keys import PROBES
from app.metrics import Metrics
from app.telemetry import Exchange, begin_exchange

log = logging.getLogger("truegold.access")

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
