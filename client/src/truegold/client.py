"""The blocking client: works in any thread, after a fork, and inside a running event loop."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from types import TracebackType
from typing import Any, TypeVar

import httpx

from truegold.base import BaseClient, lost_of, reply_of, timeout_of
from truegold.core import Conversation, Lost, Pause, Reply, Send, Step
from truegold.results import Component, Results
from truegold.settings import Settings

T = TypeVar("T")


class RewardClient(BaseClient):
    """Rewards from a truegold service.

    >>> client = RewardClient("http://localhost:8000")
    >>> client.score([{"completion": "\\\\boxed{42}", "ground_truth": "42", "verifier": "math"}])[0].reward
    1.0

    One client serves all threads. Connections are opened when first needed, once for each process, so that a client
    made before a fork, or sent through pickle, works on the other side. See BaseClient for the arguments.
    """

    def _set_up(self, settings: Settings) -> None:
        super()._set_up(settings)
        # By process: a fork neither uses nor closes its parent's, and there is no lock that it could inherit.
        self._pools: dict[int, httpx.Client] = {}

    def score(
        self,
        samples: Iterable[Mapping[str, Any]],
        recipe: str | Mapping[str, Any] | None = None,
        *,
        explain: bool = False,
        deadline_s: float | None = None,
        groups: Mapping[str, Any] | None = None,
    ) -> Results:
        """Return one Result a sample, in the order given; an empty list without asking.

        Args:
            samples: Mappings as `Sample` describes; values may be numpy, torch, bytes, sets and Decimal.
            recipe: A name or an inline recipe. Without one the reward is the score of each sample's own verifier.
            explain: Let each component carry its `trace`.
            deadline_s: Most seconds for the whole call; samples not judged by then have a None reward.
            groups: What to work out for each group, `{"advantage": "grpo", "vote": True, "pass_at": [1, 8]}`.

        Raises:
            TruegoldError: see `truegold.errors`.
        """
        head = {"recipe": recipe, "explain": explain or None, "groups": groups}
        call = self._plan_score(samples, head, deadline_s)
        self._drive_all(call.conversations())
        return call.finish()

    def verify(
        self,
        verifier: str,
        completion: Any,
        ground_truth: Any = None,
        *,
        prompt: Any = None,
        options: Mapping[str, Any] | None = None,
        explain: bool | None = None,
    ) -> Component:
        """Return one rule's judgement of one completion, with its trace unless `explain` is False.

        Raises:
            TruegoldError: see `truegold.errors`.
        """
        request = {"completion": completion, "ground_truth": ground_truth, "prompt": prompt, "options": options}
        return self._drive(self._plan_verify(verifier, {**request, "explain": explain}))

    def close(self) -> None:
        """Close this process's connections; the client may be used again."""
        pool = self._pools.pop(os.getpid(), None)
        if pool is not None:
            pool.close()

    def __enter__(self) -> RewardClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _drive_all(self, conversations: Sequence[Conversation[None]]) -> None:
        if len(conversations) <= 1:
            for conversation in conversations:
                self._drive(conversation)
            return
        stop = threading.Event()
        threads = ThreadPoolExecutor(min(self._settings.concurrency, len(conversations)), "truegold")
        try:
            for done in as_completed([threads.submit(self._drive, each, stop) for each in conversations]):
                done.result()
        finally:
            # After a failure, or Ctrl-C, nobody waits for the others: each ends at its next step.
            stop.set()
            threads.shutdown(wait=False, cancel_futures=True)

    def _drive(self, conversation: Conversation[T], stop: threading.Event | None = None) -> T:
        answer: Reply | Lost | None = None
        while True:
            try:
                step = conversation.send(answer)
            except StopIteration as end:
                value: T = end.value
                return value
            if stop is not None and stop.is_set():
                raise InterruptedError("another request of the same call failed")
            answer = self._carry_out(step)

    def _carry_out(self, step: Step) -> Reply | Lost | None:
        if isinstance(step, Pause):
            self._settings.sleep(step.seconds)
            return None
        return self._send(step)

    def _send(self, step: Send) -> Reply | Lost:
        try:
            response = self._pool().post(step.url, content=step.body, timeout=timeout_of(step))
        except httpx.RequestError as error:
            return lost_of(error)
        return reply_of(response)

    def _pool(self) -> httpx.Client:
        pool = self._pools.get(os.getpid())
        if pool is not None:
            return pool
        most = self._settings.concurrency
        fresh = httpx.Client(
            headers=self._settings.headers,
            limits=httpx.Limits(max_connections=most, max_keepalive_connections=most),
        )
        pool = self._pools.setdefault(os.getpid(), fresh)
        if pool is not fresh:  # another thread was first
            fresh.close()
        return pool
