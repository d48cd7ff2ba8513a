"""Passes messages between a program and the tests beside it: one of them speaks at a time, and only plain data passes.

Every message is read as data and written anew, so that nothing reaches the tests but what `sandbox.plain` can build,
whatever the program wrote. What a message means is for the two of them; see `sandbox.zygote.proxies`.
"""

from __future__ import annotations

import socket
import struct

from sandbox import plain
from sandbox.conversation import TooLong
from sandbox.zygote.crossing import MAX_FRAME_BYTES, joined, parted

LENGTH = struct.Struct("!I")
PIECE_BYTES = 256 * 1024
FRAME_ROOM = 1024  # what the parts of a message need beside them


class Line:
    """Our end of one channel, on which frames go both ways."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._outgoing = memoryview(b"")
        self._incoming = bytearray()
        self.descriptor = channel.fileno()
        self.is_broken = False

    @property
    def wants_to_write(self) -> bool:
        return bool(self._outgoing) and not self.is_broken

    def send(self, frame: bytes) -> None:
        """Begin to write a frame; `write` goes on with it."""
        self._outgoing = memoryview(LENGTH.pack(len(frame)) + frame)
        self.write()

    def write(self) -> None:
        try:
            while self._outgoing:
                self._outgoing = self._outgoing[self._channel.send(self._outgoing) :]
        except BlockingIOError:
            return
        except OSError:  # it has closed its end; its own end will follow, by itself or by a limit
            self.is_broken = True

    def receive(self) -> bytes | None:
        """Return the next frame, None where it is not all there yet.

        Raises:
            TooLong: it is longer than a frame may be.
        """
        frame = self._taken()
        if frame is None and self._read():
            frame = self._taken()
        return frame

    def _read(self) -> bool:
        try:
            piece = self._channel.recv(PIECE_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            piece = b""
        self.is_broken |= not piece
        self._incoming += piece
        return bool(piece)

    def _taken(self) -> bytes | None:
        if len(self._incoming) < LENGTH.size:
            return None
        end = LENGTH.size + LENGTH.unpack_from(self._incoming)[0]
        if end > MAX_FRAME_BYTES + FRAME_ROOM:
            raise TooLong
        if len(self._incoming) < end:
            return None
        frame = bytes(self._incoming[LENGTH.size : end])
        del self._incoming[:end]
        return frame


def rewritten(frame: bytes, budget: plain.Budget) -> tuple[str, bytes]:
    """Return what a frame asks or answers, and a frame that says the same, written by us.

    Raises:
        ValueError: it is none, holds what may not pass, or more values than the budget has left.
    """
    classes, message = parted(frame)
    described = plain.decode(classes, MAX_FRAME_BYTES, budget=budget)
    document = plain.decode(message, MAX_FRAME_BYTES, lambda reference: reference, budget)
    if type(document) is not list or not document or type(document[0]) is not tuple or not document[0]:
        raise ValueError("not the shape of a message")
    verb = document[0][0]
    if type(verb) is not str:
        raise ValueError("a message without a verb")
    return verb, joined(plain.encode(described), plain.encode(document))
