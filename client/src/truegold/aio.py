"""The asyncio client: one pool of connections for each event loop, closed with its loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar

import httpx

from truegold.base import BaseClient, lost_of, reply_of, timeout_of
from truegold.core import Conversation, Lost, Pause, Reply, Send, Step
from truegold.results import Component, Results
from truegold.settings import Settings

T = TypeVar("T")


@dataclass
class _Pool:
    http: httpx.AsyncClient
    slots: asyncio.Semaphore
    keeper: AsyncGenerator[None, None]


class AsyncRewardClient(BaseClient):
    """Rewards from a truegold service, for asyncio. See BaseClient for the arguments.

    One client serves all event loops, one after the other or side by side in threads: trainers that call `asyncio.run`
    at each step need not make a new one.
    """

    def __init__(
        self,
        url: str | Iterable[str] | None = None,
        token: str | None = None,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        **arguments: Any,
    ) -> None:
        super().__init__(url, token, sleep=sleep, **arguments)

    def _set_up(self, settings: Settings) -> None:
        super()._set_up(settings)
        self._pools: dict[asyncio.AbstractEventLoop, _Pool] = {}

    async def score(
        self,
        samples: Iterable[Mapping[str, Any]],
        recipe: str | Mapping[str, Any] | None = None,
        *,
        explain: bool = False,
        deadline_s: float | None = None,
        groups: Mapping[str, Any] | None = None,
    ) -> Results:
        """Return one Result a sample, in the order given, as `RewardClient.score` does."""
        head = {"recipe": recipe, "explain": explain or None, "groups": groups}
        call = self._plan_score(samples, head, deadline_s)
        await self._drive_all(call.conversations())
        return call.finish()

    async def verify(
        self,
        verifier: str,
        completion: Any,
        ground_truth: Any = None,
        *,
        prompt: Any = None,
        options: Mapping[str, Any] | None = None,
        explain: bool | None = None,
    ) -> Component:
        """Return one rule's judgement of one completion, as `RewardClient.verify` does."""
        request = {"completion": completion, "ground_truth": ground_truth, "prompt": prompt, "options": options}
        return await self._drive(self._plan_verify(verifier, {**request, "explain": explain}))

    async def aclose(self) -> None:
        """Close the connections of the running loop; the client may be used again."""
        pool = self._pools.get(asyncio.get_running_loop())
        if pool is not None:
            await pool.keeper.aclose()

    async def __aenter__(self) -> AsyncRewardClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def _drive_all(self, conversations: Sequence[Conversation[None]]) -> None:
        tasks = [asyncio.ensure_future(self._drive(conversation)) for conversation in conversations]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _drive(self, conversation: Conversation[T]) -> T:
        answer: Reply | Lost | None = None
        while True:
            try:
                step = conversation.send(answer)
            except StopIteration as end:
                value: T = end.value
                return value
            answer = await self._carry_out(step)

    async def _carry_out(self, step: Step) -> Reply | Lost | None:
        if isinstance(step, Pause):
            await self._settings.sleep(step.seconds)
            return None
        return await self._send(step)

    async def _send(self, step: Send) -> Reply | Lost:
        pool = await self._pool()
        async with pool.slots:
            try:
                response = await pool.http.post(step.url, content=step.body, timeout=timeout_of(step))
            except httpx.RequestError as error:
                return lost_of(error)
        return reply_of(response)

    async def _pool(self) -> _Pool:
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is not None:
            return pool
        for other in list(self._pools):
            if other.is_closed():  # without having ended its generators
                del self._pools[other]
        pool = self._pools[loop] = self._open(loop)
        await pool.keeper.__anext__()
        return pool

    def _open(self, loop: asyncio.AbstractEventLoop) -> _Pool:
        http = httpx.AsyncClient(
            headers=self._settings.headers,
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=self._settings.concurrency),
        )
        return _Pool(http, asyncio.Semaphore(self._settings.concurrency), self._keep(loop, http))

    async def _keep(self, loop: asyncio.AbstractEventLoop, http: httpx.AsyncClient) -> AsyncGenerator[None, None]:
        # A loop that ends, as asyncio.run does at each step of some trainers, first closes its asynchronous generators:
        # the one hook for closing connections while the loop can still do it.
        try:
            yield
        finally:
            self._pools.pop(loop, None)
            await http.aclose()
