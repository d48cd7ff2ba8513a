"""Notice a client that hangs up, so that nothing is judged for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

CLIENT_CLOSED_REQUEST = 499
Done = TypeVar("Done")


class ClientGone(Exception):
    """The client hung up before its answer was ready."""


async def gone(request: Request) -> None:
    """Return when the client has hung up. The body must have been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def unless_gone(request: Request, work: Coroutine[Any, Any, Done]) -> Done:
    """Do the work and return what it gives; cancel it when the client hangs up.

    Raises:
        ClientGone: it did.
    """
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientGone
        return await working
    finally:
        leaving.cancel()
        working.cancel()
