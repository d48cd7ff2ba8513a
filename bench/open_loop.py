"""Requests that come when they come: a client that does not wait for answers before it sends the next one.

Time counts from the moment at which a request was due, so a service that falls behind cannot slow down its own load.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

Check = Callable[[dict[str, Any]], int]  # how many verdicts of an answer are wrong
REFUSALS = (429, 503)
TIMEOUT_S = 300.0


@dataclass(slots=True)
class Came:
    """What became of the requests: seconds of those that were answered, and how many of each other kind."""

    seconds: list[float] = field(default_factory=list)
    asked: int = 0
    refused: int = 0
    lost: int = 0
    wrong: int = 0
    took_s: float = 0.0

    def quantile(self, share: float) -> float:
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


class Client:
    """Kept-alive connections, as many as it takes."""

    def __init__(self, url: str, check: Check) -> None:
        self._parts = urlsplit(url)
        self._check = check
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def open_loop(self, rate: float, seconds: float, next_body: Callable[[], bytes]) -> Came:
        """Send so many requests a second, at random moments, and wait until the last is answered."""
        draw, came = random.Random(1), Came()
        start = due = time.monotonic()
        asking: list[asyncio.Task[None]] = []
        while due < start + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            asking.append(asyncio.ensure_future(self._ask(due, next_body(), came)))
            due += draw.expovariate(rate)
        await asyncio.gather(*asking)
        came.took_s = time.monotonic() - start
        self._close()
        return came

    async def closed_loop(self, clients: int, seconds: float, next_body: Callable[[], bytes]) -> Came:
        """Have so many clients each send their next request when they have the answer to the last."""
        came = Came()
        start = time.monotonic()

        async def ask_on() -> None:
            while (now := time.monotonic()) < start + seconds:
                await self._ask(now, next_body(), came)

        await asyncio.gather(*(ask_on() for _ in range(clients)))
        came.took_s = time.monotonic() - start
        self._close()
        return came

    async def _ask(self, due: float, body: bytes, came: Came) -> None:
        came.asked += 1
        try:
            status, content = await asyncio.wait_for(self._exchange(body), TIMEOUT_S)
        except (OSError, EOFError, TimeoutError):
            came.lost += 1
            return
        if status == 200:
            came.seconds.append(time.monotonic() - due)
            came.wrong += self._check(json.loads(content))
        elif status in REFUSALS:
            came.refused += 1
        else:
            came.lost += 1

    async def _exchange(self, body: bytes) -> tuple[int, bytes]:
        reader, writer = self._idle.pop() if self._idle else await self._connection()
        head = f"POST {self._parts.path} HTTP/1.1\r\nHost: {self._parts.netloc}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).lower()
        content = await reader.readexactly(int(answer.partition(b"content-length:")[2].split()[0]))
        self._idle.append((reader, writer))
        return int(answer.split()[1]), content

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self._parts.hostname, self._parts.port, limit=2**24)

    def _close(self) -> None:
        for _, writer in self._idle:
            writer.close()
        self._idle.clear()
