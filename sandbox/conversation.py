"""The requests and replies of one run: the next request is written only after the reply to the one before it came.

A frame is its length, a number, and its body. Each request bears a number that nobody can know before it is asked, and
its reply bears the same: what a program writes into the channel beforehand answers nothing.
"""

from __future__ import annotations

import secrets
import socket
import struct
from collections.abc import Sequence

from sandbox.base import Reply

HEAD = struct.Struct("!II")
PIECE_BYTES = 64 * 1024


class TooLong(Exception):
    """The replies, all together, are longer than the run may write."""


class OutOfTurn(Exception):
    """What came answers nothing that was asked: the program wrote it by itself."""


class Conversation:
    """Our side of the channel. `replies` grows as they come."""

    def __init__(self, channel: socket.socket, requests: Sequence[bytes], max_reply_bytes: int) -> None:
        self._channel = channel
        self._requests = requests
        self._room = max_reply_bytes
        self._outgoing = memoryview(b"")
        self._incoming = bytearray()
        self._turn = 0
        self.replies: list[Reply] = []
        self.is_broken = False

    @property
    def is_over(self) -> bool:
        return len(self.replies) == len(self._requests)

    @property
    def wants_to_write(self) -> bool:
        return bool(self._outgoing) and not self.is_broken

    def ask_next(self) -> None:
        request = self._requests[len(self.replies)]
        self._turn = secrets.randbits(32)
        self._outgoing = memoryview(HEAD.pack(len(request), self._turn) + request)
        self.write()

    def write(self) -> None:
        try:
            while self._outgoing:
                self._outgoing = self._outgoing[self._channel.send(self._outgoing) :]
        except BlockingIOError:
            return
        except OSError:  # the program has closed its end; its own end will follow, by itself or by a limit
            self.is_broken = True

    def read(self, spent_s: float) -> bool:
        """Take in what is there; true when it completes a reply, which has then cost `spent_s` seconds of CPU.

        Raises:
            TooLong: see there.
            OutOfTurn: see there.
        """
        try:
            piece = self._channel.recv(PIECE_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            piece = b""
        if not piece:
            self.is_broken = True
            return False
        self._incoming += piece
        if len(self._incoming) > self._room + HEAD.size:
            raise TooLong
        return self._complete(spent_s)

    def _complete(self, spent_s: float) -> bool:
        if len(self._incoming) < HEAD.size:
            return False
        size, turn = HEAD.unpack_from(self._incoming)
        if size > self._room:
            raise TooLong
        if turn != self._turn:
            raise OutOfTurn
        end = HEAD.size + size
        if len(self._incoming) < end:
            return False
        self.replies.append(Reply(bytes(self._incoming[HEAD.size : end]), spent_s))
        self._room -= size
        del self._incoming[:end]
        return True
