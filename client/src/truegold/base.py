"""What both clients share: their arguments, the planning of calls, and how they pickle."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from truegold.core import Conversation, Lost, Reply, Route, ScoreCall, Send, ask_component, plan_score
from truegold.results import Component
from truegold.settings import OnNull, Settings, read_token, read_urls

CONNECT_S = 10.0


class BaseClient:
    """Arguments and plans; the subclasses add the IO.

    Args:
        url: Address of the service, or several (a list, or one string with commas): the next is asked where one fails.
            Default: the environment's TRUEGOLD_URL.
        token: Key of the service. Default: TRUEGOLD_TOKEN, else none is sent.
        timeout_s: How long the service has for one request, where a call has no `deadline_s` of its own.
        retries: How often a request is tried again after a lost connection, a 429 or a 5xx, or for samples that the
            service says are worth another try.
        max_batch: Most samples in one request. A group is never split, so a larger one is a request of its own.
        max_bytes: Most bytes of samples in one request.
        concurrency: Most requests in flight at once.
        on_null: What a sample that could not be judged gets: None, a number, or "raise" for a NullReward.
        clock, sleep: For tests.
    """

    def __init__(
        self,
        url: str | Iterable[str] | None = None,
        token: str | None = None,
        *,
        timeout_s: float = 300.0,
        retries: int = 4,
        max_batch: int = 64,
        max_bytes: int = 8_000_000,
        concurrency: int = 8,
        on_null: OnNull = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Any] = time.sleep,
    ) -> None:
        self._set_up(
            Settings(
                urls=read_urls(url),
                token=read_token(token),
                timeout_s=timeout_s,
                retries=retries,
                max_batch=max_batch,
                max_bytes=max_bytes,
                concurrency=concurrency,
                on_null=on_null,
                clock=clock,
                sleep=sleep,
            )
        )

    def _set_up(self, settings: Settings) -> None:
        self._settings = settings
        self._route = Route(settings.urls)

    def __getstate__(self) -> Settings:
        return self._settings  # sockets stay behind

    def __setstate__(self, settings: Settings) -> None:
        self._set_up(settings)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._settings!r})"

    def _plan_score(
        self, samples: Iterable[Mapping[str, Any]], head: Mapping[str, Any], deadline_s: float | None
    ) -> ScoreCall:
        return plan_score(self._settings, self._route, samples, head, deadline_s)

    def _plan_verify(self, verifier: str, request: Mapping[str, Any]) -> Conversation[Component]:
        return ask_component(self._settings, self._route, f"/v1/verify/{quote(verifier, safe='')}", request)


def timeout_of(step: Send) -> httpx.Timeout:
    """The limits of one request; waiting for a free connection counts against nobody."""
    return httpx.Timeout(step.timeout_s, connect=min(step.timeout_s, CONNECT_S), pool=None)


def reply_of(response: httpx.Response) -> Reply:
    """httpx's answer as a plain value."""
    return Reply(
        response.status_code, {name.lower(): value for name, value in response.headers.items()}, response.content
    )


def lost_of(error: httpx.RequestError) -> Lost:
    """httpx's failure as a plain value: its exceptions do not all pickle."""
    return Lost(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
