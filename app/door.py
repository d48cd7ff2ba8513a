"""Where requests wait for room for their bodies, one at a time. Clients take turns."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Hashable

from verifiers.engine.judgement import client


class Door:
    """`async with` it: one is inside at a time, and the next is of the next client. All on the event loop.

    A client is whom `verifiers.engine.judgement.client` names in the context of the request, else the request itself.
    """

    def __init__(self) -> None:
        self._is_held = False
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()

    async def __aenter__(self) -> None:
        if not self._is_held:
            self._is_held = True
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client.get() or turn, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # its turn came as it left
                self._pass_on()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        while self._waiting:
            whose, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[whose] = turns  # behind the others
            if not turn.done():
                turn.set_result(None)
                return
        self._is_held = False
