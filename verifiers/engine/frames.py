"""Frames between the service and a worker: a length, then bytes; and the text form of what a worker answers.

Orders go to a worker as pickles, for the service is trusted. Answers come back as JSON, which builds plain data only:
a worker reads hostile text with a large parser, so nothing it says may run in the service.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from typing import Any

import msgspec

LENGTH = struct.Struct("!Q")
MAX_ANSWER_BYTES = 16 * 2**20
CHUNK_BYTES = 2**18


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """Nothing came in the time given."""


def send(peer: socket.socket, body: bytes) -> None:
    try:
        peer.sendall(LENGTH.pack(len(body)) + body)
    except OSError as error:
        raise Closed from error


def receive(peer: socket.socket, wait_s: float | None = None, max_bytes: int | None = None) -> bytes:
    """Return the next frame, and read nothing behind it. Raises as `Reader.frame` does."""
    return Reader(peer, exact=True).frame(wait_s, max_bytes)


class Reader:
    """Reads the frames of one peer: where they come fast, many of them with one call. `exact` reads no byte ahead."""

    def __init__(self, peer: socket.socket, exact: bool = False) -> None:
        self._peer = peer
        self._exact = exact
        self._ahead = bytearray()

    def frame(self, wait_s: float | None = None, max_bytes: int | None = None) -> bytes:
        """Return the next frame.

        Raises:
            Closed: the peer is gone, or sent a frame over `max_bytes`.
            Late: `wait_s` passed before the frame was whole.
        """
        until = None if wait_s is None else time.monotonic() + wait_s
        (length,) = LENGTH.unpack(self._take(LENGTH.size, until))
        if max_bytes is not None and length > max_bytes:
            raise Closed
        return self._take(length, until)

    def _take(self, size: int, until: float | None) -> bytes:
        while len(self._ahead) < size:
            _await_readable(self._peer, until)
            missing = size - len(self._ahead)
            self._ahead += _received(self._peer, min(missing, CHUNK_BYTES) if self._exact else CHUNK_BYTES)
        taken = bytes(self._ahead[:size])
        del self._ahead[:size]
        return taken


def _received(peer: socket.socket, most: int) -> bytes:
    try:
        part = peer.recv(most)
    except OSError as error:
        raise Closed from error
    if not part:
        raise Closed
    return part


def _await_readable(peer: socket.socket, until: float | None) -> None:
    if until is None:
        return
    poll = select.poll()
    poll.register(peer, select.POLLIN)
    if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
        raise Late


def to_json(value: Any) -> bytes:
    """Encode plain data and msgspec structs, lone surrogates included."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(value)).encode("ascii")


def from_json(body: bytes) -> Any:
    """Decode what `to_json` made. Raises Closed on anything else: the peer does not keep to the protocol."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Closed from error
