"""Requests take turns: each has its own line, and the queue serves one piece of each line after the other.

A line has a first part and a later part: what was long goes to the later part and waits for the rest of its own
request, never for another's. Turns are counted in time: a line whose turn was long stands back until others have had
as much, so a request full of programs that sleep holds up nobody for longer than one of them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Item = TypeVar("Item")

TURN_S = 0.02  # a turn that takes this long is owed nothing for


class Line(Generic[Item]):
    """One request's place in one queue. Its methods are called by the queue, under the queue's lock."""

    def __init__(self) -> None:
        self.first: deque[Item] = deque()
        self.later: deque[Item] = deque()
        self.is_queued = False
        self.owed_s = 0.0  # how long its turns took beyond what a turn may take

    def __len__(self) -> int:
        return len(self.first) + len(self.later)

    def pop(self, most: int, goes_along: Callable[[Item], bool]) -> list[Item]:
        """Take one item, or up to `most` from the first part while all of them may go along with others."""
        if not self.first:
            return [self.later.popleft()]
        taken = [self.first.popleft()]
        while self.first and len(taken) < most and goes_along(taken[-1]) and goes_along(self.first[0]):
            taken.append(self.first.popleft())
        return taken


class TurnQueue(Generic[Item]):
    """A queue of lines. Safe for threads. `goes_along` says whether an item may share a turn with its neighbours."""

    def __init__(self, goes_along: Callable[[Item], bool]) -> None:
        self._goes_along = goes_along
        self._lines: deque[Line[Item]] = deque()
        self._changed = threading.Condition()
        self._is_closed = False
        self._length = 0
        self.waiting = 0  # how many threads have nothing to do

    def __len__(self) -> int:
        return self._length

    def put(self, line: Line[Item], items: Iterable[Item], later: bool = False) -> None:
        with self._changed:
            before = len(line)
            (line.later if later else line.first).extend(items)
            self._length += len(line) - before
            if not line.is_queued and len(line):
                line.is_queued = True
                self._lines.append(line)
            self._changed.notify(len(line) - before)

    def take(self, most: int = 1) -> list[Item] | None:
        """Wait for work and return the next line's turn; None once the queue is closed."""
        with self._changed:
            self.waiting += 1
            while not self._lines and not self._is_closed:
                self._changed.wait()
            self.waiting -= 1
            if self._is_closed:
                return None
            line = self._next()
            taken = line.pop(most, self._goes_along)
            self._length -= len(taken)
            line.is_queued = len(line) > 0
            if line.is_queued:
                self._lines.append(line)
            return taken

    def charge(self, line: Line[Item], seconds: float) -> None:
        """Note how long a turn of this line took."""
        with self._changed:
            line.owed_s += max(0.0, seconds - TURN_S)

    def _next(self) -> Line[Item]:
        """The first line that owes nothing; each that is passed over has paid for one turn."""
        for _ in range(len(self._lines)):
            line = self._lines.popleft()
            if line.owed_s <= 0.0 or not self._lines:
                return line
            line.owed_s = max(0.0, line.owed_s - TURN_S)
            self._lines.append(line)
        line = min(self._lines, key=lambda line: line.owed_s)
        paid_s = line.owed_s
        for other in self._lines:
            other.owed_s -= paid_s
        self._lines.remove(line)
        return line

    def drop(self, line: Line[Item]) -> None:
        """Forget what a line still holds: its request is over."""
        with self._changed:
            self._length -= len(line)
            line.first.clear()
            line.later.clear()
            if line.is_queued:
                self._lines.remove(line)
                line.is_queued = False

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
