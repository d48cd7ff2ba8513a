"""How the service ends: told to stop, it says so at /readyz, then lets what is open end, then leaves with exit code 0.

A load balancer that asks /readyz stops sending work before the socket closes, so no connection is refused. What is
still judged shortly before the last moment is answered with `deadline`: after it, uvicorn would cut connections off.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import time
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.connections import Connection, allow_all_descriptors
from app.service import Service

log = logging.getLogger("truegold")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
KEEP_ALIVE_S = 90  # longer than any client's own: the side that closes first must be the client
BACKLOG = 4096
MARGIN_S = 3.0  # between the forced deadline and the end: time to write answers
GRACE_S = 1.0  # between the forced deadline, and sending away what has none


class Server(uvicorn.Server):
    """uvicorn that drains for `drain_s` seconds on SIGTERM, then gives open requests `stop_s` seconds."""

    def __init__(self, config: uvicorn.Config, service: Service, drain_s: float, stop_s: float) -> None:
        super().__init__(config)
        self._service = service
        self._drain_s = drain_s
        self._hurry_after_s = max(stop_s - MARGIN_S, stop_s / 2)
        self._stop_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain on the first SIGTERM. It is not handed on: uvicorn would raise it again at the end."""
        if sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
        elif self._stop_at is None:
            self._service.is_draining = True
            self._stop_at = time.monotonic() + (0.0 if self._service.has_failed else self._drain_s)

    async def on_tick(self, counter: int) -> bool:
        if self._stop_at is not None and time.monotonic() >= self._stop_at:
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._service.is_draining = True
        hurrying = asyncio.ensure_future(self._hurry())
        await super().shutdown(sockets)
        hurrying.cancel()

    async def _hurry(self) -> None:
        await asyncio.sleep(self._hurry_after_s)
        await self._service.hurry(GRACE_S)


def serve(app: FastAPI) -> None:
    """Serve until told to stop. A service that could not start ends with exit code 1."""
    service: Service = app.state.service
    settings = service.settings
    if settings.host not in LOOPBACK and not settings.api_keys:
        log.warning(
            "whoever reaches %s:%d may use the service: TRUEGOLD_API_KEYS is empty", settings.host, settings.port
        )
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=Connection,
        access_log=False,
        log_level="warning",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=int(settings.stop_s),
        backlog=BACKLOG,
    )
    allow_all_descriptors()
    Server(config, service, settings.drain_s, settings.stop_s).run()
    if service.has_failed:
        sys.exit(1)
