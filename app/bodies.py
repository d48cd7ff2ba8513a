"""How many bytes of request bodies the service holds at once: what comes above is sent away, or waits its turn.

This bounds memory under a flood. It counts bodies as they are read and unpacked; what is made of them is a small
multiple. A request that is alone is always let in, so a budget below one body's limit cannot lock everybody out.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from app.door import Door
from app.errors import RETRY_AFTER_S, RequestError
from app.telemetry import Exchange


class BodyBudget:
    """Bytes of bodies that open requests hold. All of it happens on the event loop."""

    def __init__(self, max_bytes: int) -> None:
        self.held_bytes = 0
        self._max_bytes = max_bytes
        self._changed = asyncio.Condition()
        self._door = Door()

    def enter(self, exchange: Exchange, size: int) -> None:
        """Take room for a body before it is read.

        Raises:
            RequestError: 429, there is no room now.
        """
        if not self._fits(size):
            message = f"{self.held_bytes} bytes of other requests are held already; try again in a few seconds"
            headers = {"Retry-After": str(RETRY_AFTER_S)}
            raise RequestError(HTTPStatus.TOO_MANY_REQUESTS, message, headers=headers)
        self._hold(exchange, size)

    async def enter_in_turn(self, exchange: Exchange, size: int) -> None:
        """Take room for a body, and wait for it if need be, behind those who wait already: clients take turns."""
        async with self._door, self._changed:
            await self._changed.wait_for(lambda: self._fits(size))
            self._hold(exchange, size)

    async def settle(self, exchange: Exchange, size: int) -> None:
        """Say how large a body really is, now that it has been read; 0 once its request is over."""
        before = exchange.body_bytes
        self._hold(exchange, size)
        if size < before:
            async with self._changed:
                self._changed.notify_all()

    def _fits(self, size: int) -> bool:
        return self.held_bytes == 0 or self.held_bytes + size <= self._max_bytes

    def _hold(self, exchange: Exchange, size: int) -> None:
        self.held_bytes += size - exchange.body_bytes
        exchange.body_bytes = size
