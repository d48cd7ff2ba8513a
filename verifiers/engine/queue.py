"""Clients take turns, and so do the requests of one client: the queue serves one piece after the other.

Each request has a line of its own. A line has a first part and a later part: what was long goes to the later part and
waits for the rest of its own request, never for another's. Turns are counted in time: a client, and a line, whose turn
was long stands back until others have had as much, so a request full of programs that sleep holds up nobody for longer
than one of them.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, Protocol, TypeVar

Item = TypeVar("Item")

TURN_S = 0.02  # a turn that takes this long is owed nothing for


class Debtor(Protocol):
    """Who takes turns. `owed_s`: how long its turns took beyond what a turn may take."""

    owed_s: float


Member = TypeVar("Member", bound=Debtor)


class Ring(Generic[Member]):
    """Members that take turns. Each is here while it has something to be done."""

    def __init__(self) -> None:
        self._members: deque[Member] = deque()

    def __len__(self) -> int:
        return len(self._members)

    def append(self, member: Member) -> None:
        self._members.append(member)

    def remove(self, member: Member) -> None:
        self._members.remove(member)

    def pop(self) -> Member:
        """Take out the first member that owes nothing; each that is passed over has paid for one turn."""
        for _ in range(len(self._members)):
            member = self._members.popleft()
            if member.owed_s <= 0.0 or not self._members:
                return member
            member.owed_s = max(0.0, member.owed_s - TURN_S)
            self._members.append(member)
        member = min(self._members, key=lambda member: member.owed_s)
        paid_s = member.owed_s
        for other in self._members:
            other.owed_s -= paid_s
        self._members.remove(member)
        return member


class Line(Generic[Item]):
    """One request's place in one queue. Its methods are called by the queue, under the queue's lock.

    `client` says whose request it is; a line of nobody's is a client of its own.
    """

    def __init__(self, client: Hashable = None) -> None:
        self.client: Hashable = id(self) if client is None else client
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


class Client(Generic[Item]):
    """The lines of one client that have something to be done."""

    def __init__(self) -> None:
        self.lines: Ring[Line[Item]] = Ring()
        self.owed_s = 0.0


class TurnQueue(Generic[Item]):
    """A queue of lines, by their clients. Safe for threads.

    `goes_along` says whether an item may share a turn with its neighbours.
    """

    def __init__(self, goes_along: Callable[[Item], bool]) -> None:
        self._goes_along = goes_along
        self._clients: dict[Hashable, Client[Item]] = {}
        self._ring: Ring[Client[Item]] = Ring()
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
                self._client_of(line).lines.append(line)
            self._changed.notify(len(line) - before)

    def take(self, most: int = 1) -> list[Item] | None:
        """Wait for work and return the next line's turn; None once the queue is closed."""
        with self._changed:
            self.waiting += 1
            while not self._clients and not self._is_closed:
                self._changed.wait()
            self.waiting -= 1
            return None if self._is_closed else self._turn(most)

    def _turn(self, most: int) -> list[Item]:
        client = self._ring.pop()
        line = client.lines.pop()
        taken = line.pop(most, self._goes_along)
        self._length -= len(taken)
        line.is_queued = len(line) > 0
        if line.is_queued:
            client.lines.append(line)
        if client.lines:
            self._ring.append(client)
        else:
            del self._clients[line.client]
        return taken

    def _client_of(self, line: Line[Item]) -> Client[Item]:
        client = self._clients.get(line.client)
        if client is None:
            client = self._clients[line.client] = Client()
            self._ring.append(client)
        return client

    def charge(self, line: Line[Item], seconds: float) -> None:
        """Note how long a turn of this line took."""
        with self._changed:
            over_s = max(0.0, seconds - TURN_S)
            line.owed_s += over_s
            client = self._clients.get(line.client)
            if client is not None:
                client.owed_s += over_s

    def drop(self, line: Line[Item]) -> None:
        """Forget what a line still holds: its request is over."""
        with self._changed:
            self._length -= len(line)
            line.first.clear()
            line.later.clear()
            if line.is_queued:
                line.is_queued = False
                client = self._clients[line.client]
                client.lines.remove(line)
                if not client.lines:
                    self._ring.remove(client)
                    del self._clients[line.client]

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
