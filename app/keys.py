"""Who may ask, and how much at once: keys, compared by their hashes, each with a number of requests of its own.

A trainer with its own key cannot fill the service for the others: it takes turns with them, however many requests it
has under way. Where there are no keys, connections take turns. It does not hide who asks, nor what.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import RequestError, problem
from app.playground.pages import OPEN_PATHS as PAGE_PATHS
from verifiers.engine.judgement import client

PROBES = frozenset({"/healthz", "/readyz"})
OPEN_PATHS = PROBES | PAGE_PATHS
OWN_PATHS = "/v1/"  # trainers' own protocols lie elsewhere: they take a refusal for a 0, so they wait instead
HASHED = "sha256:"
RETRY_AFTER_S = 1


class Keys:
    """Answer 401 without a key, where there are keys, and 429 to one that has `max_requests` under way; 0 is no bound.

    A key comes as `Authorization: Bearer`, or as Basic, as it does from a URL.
    """

    def __init__(self, app: ASGIApp, keys: Sequence[str], max_requests: int) -> None:
        self._app = app
        self._digests = [_digest(key) for key in keys]
        self._places = [asyncio.Semaphore(max_requests) for _ in keys] if max_requests else []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client.set(scope.get("client"))  # its connection, unless it shows a key
        if scope["type"] != "http" or not self._digests or scope["path"] in OPEN_PATHS:
            await self._app(scope, receive, send)
            return
        number = self._number(scope)
        if number is None:
            message = "this service wants a key: send Authorization: Bearer <key>"
            headers = {"WWW-Authenticate": "Bearer"}
            await problem(RequestError(HTTPStatus.UNAUTHORIZED, message, headers=headers))(scope, receive, send)
            return
        client.set(("key", number))
        if self._places and scope["method"] == "POST":
            await self._in_its_place(self._places[number], scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _in_its_place(self, places: asyncio.Semaphore, scope: Scope, receive: Receive, send: Send) -> None:
        if places.locked() and scope["path"].startswith(OWN_PATHS):
            message = "as many requests with this key are under way as it may have (TRUEGOLD_KEY_MAX_REQUESTS)"
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            await problem(RequestError(HTTPStatus.TOO_MANY_REQUESTS, message, headers=headers))(scope, receive, send)
            return
        async with places:
            await self._app(scope, receive, send)

    def _number(self, scope: Scope) -> int | None:
        given = hashlib.sha256(_given(Headers(scope=scope).get("authorization", ""))).digest()
        fits = [hmac.compare_digest(given, known) for known in self._digests]  # all: the time must not tell which
        return fits.index(True) if True in fits else None


def _digest(key: str) -> bytes:
    """Return the hash of a key, which may be given as its hash; `app.settings` has seen to it that it is one."""
    return bytes.fromhex(key.removeprefix(HASHED)) if key.startswith(HASHED) else hashlib.sha256(key.encode()).digest()


def _given(authorization: str) -> bytes:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip().encode("utf-8", "replace")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value.strip(), validate=True).partition(b":")[2]
        except (binascii.Error, ValueError):
            return b""
    return b""
