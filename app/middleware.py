"""Plain ASGI around every request: an id that is echoed, and keys where the operator has set some."""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import RequestError, problem

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
MAX_ID_CHARS = 200


class RequestId:
    """Echo `X-Request-Id`, or make one up."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own = Headers(scope=scope).get("x-request-id", "")
        request_id = own if 0 < len(own) <= MAX_ID_CHARS else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)


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
