"""Load from one thread: each connection posts its next request as soon as it has the answer to the last."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

PIECE_BYTES = 2**18


class Refused(RuntimeError):
    """The service answered with anything but 200."""


class _Connection:
    """One keep-alive connection, with one request under way at most."""

    def __init__(self, url: str, path: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 80))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n".encode()
        self._came = b""

    def post(self, body: bytes) -> None:
        self.socket.sendall(self._head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def answer(self) -> bytes | None:
        """Read what is there; the body once it is complete."""
        piece = self.socket.recv(PIECE_BYTES)
        if not piece:
            raise Refused("the connection was closed")
        self._came += piece
        head, found, body = self._came.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return None
        if not head.startswith(b"HTTP/1.1 200"):
            raise Refused(f"{head[:40]!r} {body[:300]!r}")
        self._came = b""
        return body


def _length(head: bytes) -> int:
    return int(head.lower().partition(b"content-length:")[2].split()[0])


class Loop:
    """So many connections to one path."""

    def __init__(self, connections: list[_Connection]) -> None:
        self._connections = connections

    def rate(self, seconds: float, next_body: Callable[[], bytes], check: Callable[[bytes], None]) -> float:
        """Requests a second; what was begun is finished and counted."""
        start = time.monotonic()
        done = 0
        with selectors.DefaultSelector() as selector:
            for connection in self._connections:
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.post(next_body())
            waiting = len(self._connections)
            while waiting:
                for key, _ in selector.select():
                    body = key.data.answer()
                    if body is None:
                        continue
                    check(body)
                    done += 1
                    if time.monotonic() < start + seconds:
                        key.data.post(next_body())
                    else:
                        waiting -= 1
        return done / (time.monotonic() - start)


@contextmanager
def looping(url: str, path: str, connections: int) -> Iterator[Loop]:
    with ExitStack() as stack:
        opened = [_Connection(url, path) for _ in range(connections)]
        for connection in opened:
            stack.callback(connection.socket.close)
        yield Loop(opened)
