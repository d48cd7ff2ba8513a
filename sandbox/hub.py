"""Waits on several descriptors at once, and calls what each is tied to."""

from __future__ import annotations

import select
from collections.abc import Callable


class Hub:
    """Who is called when a descriptor can be read. Used by one thread."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._handlers: dict[int, Callable[[], None]] = {}

    def listen(self, descriptor: int, handler: Callable[[], None]) -> None:
        self._handlers[descriptor] = handler
        self._poll.register(descriptor, select.POLLIN)

    def leave(self, descriptor: int) -> None:
        if self._handlers.pop(descriptor, None):
            self._poll.unregister(descriptor)

    def mind_writing(self, descriptor: int, wanted: bool) -> None:
        """Also call when the descriptor can be written, where that is wanted."""
        if descriptor in self._handlers:
            self._poll.modify(descriptor, select.POLLIN | select.POLLOUT if wanted else select.POLLIN)

    def turn(self, wait_s: float) -> None:
        """Wait until something can be done, at most so long, and do it."""
        for descriptor, _ in self._poll.poll(wait_s * 1000):
            handler = self._handlers.get(descriptor)
            if handler:
                handler()
