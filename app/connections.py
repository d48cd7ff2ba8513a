"""Connections that hold a place and ask nothing: one whose request's head does not come, or does not end, is closed.

A body that does not come is `app.body`'s to refuse; a connection between two requests is closed by uvicorn itself.
"""

from __future__ import annotations

import asyncio
import resource
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 256 * 1024  # uvicorn has no bound of its own


class Connection(HttpToolsProtocol):
    """uvicorn's, with a bound on the time and the size of what comes before a body."""

    head_s: ClassVar[float] = 30.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._is_in_head = True
        self._head_bytes = 0
        self._closing: asyncio.TimerHandle | None = self.loop.call_later(self.head_s, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_in_head:
            self._forget_timer()
            return
        self._head_bytes += len(data)
        if self._closing is None:
            self._closing = self.loop.call_later(self.head_s, self.transport.close)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        self._is_in_head = True
        self._head_bytes = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()

    def _forget_timer(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None


def allow_all_descriptors() -> None:
    """Take as many descriptors as the machine allows, for each connection is one. Programs have their own limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
