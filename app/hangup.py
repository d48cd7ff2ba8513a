"""Notice a client that hangs up, so that nothing is judged for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, TypeVar

from starlette.requests import Request

from app.errors import RequestError

CLIENT_CLOSED_REQUEST = 499
Done = TypeVar("Done")


class ClientGone(Exception):
    """The client hung up before its answer was ready."""


async def gone(request: Request) -> None:
    """Return when the client has hung up. The body must have been read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def unless_gone(request: Request, work: Coroutine[Any, Any, Done]) -> Done:
    """Do the work and return what it gives; cancel it when the client hangs up, or the service can wait no longer.

    Raises:
        ClientGone: it did.
        RequestError: 504, the service is stopping. Not 503, which several trainers turn into a silent 0.
    """
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(gone(request))
    stopping = asyncio.ensure_future(request.app.state.service.stopping.wait())
    try:
        await asyncio.wait({working, leaving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return await working
        if leaving.done():
            raise ClientGone
        raise RequestError(
            HTTPStatus.GATEWAY_TIMEOUT, "the service is stopping; ask again", headers={"Retry-After": "1"}
        )
    finally:
        for task in (leaving, working, stopping):
            task.cancel()
