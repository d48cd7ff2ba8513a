"""The descriptors between the service and one run: what goes in as sealed memory, what comes out through pipes."""

from __future__ import annotations

import os
import socket

from sandbox.sealed import sealed


class Wires:
    """Both ends of everything. `theirs` is in the order that `sandbox.zygote.order` names.

    Source and input are sealed memory, so that nobody waits for a program that does not read, and none that reads ever
    waits for us. A source that is a descriptor, of what is to be executed, is only borrowed.
    """

    def __init__(self, source: bytes | int, stdin: bytes, ruleset: int | None, with_channel: bool) -> None:
        self.ours: list[int] = []
        self.theirs: list[int] = []
        self.channel: socket.socket | None = None
        self._borrowed = {ruleset, source if isinstance(source, int) else None}
        try:
            self.theirs += [source if isinstance(source, int) else sealed(source), sealed(stdin)]
            self.stdout, self.stderr, self.fate = (self._pipe() for _ in range(3))
            if ruleset is not None:
                self.theirs.append(ruleset)
            if with_channel:
                self.channel, far_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
                self.channel.setblocking(False)
                self.theirs.append(far_end.detach())
        except OSError:
            self.close()
            raise

    def close_theirs(self) -> None:
        """Let go of the far ends, so that our ends say when the program has let go of them too."""
        for descriptor in self.theirs:
            if descriptor not in self._borrowed:
                os.close(descriptor)
        self.theirs.clear()

    def close(self) -> None:
        self.close_theirs()
        for descriptor in self.ours:
            os.close(descriptor)
        self.ours.clear()
        if self.channel is not None:
            self.channel.close()

    def _pipe(self) -> int:
        near, far = os.pipe2(os.O_CLOEXEC)
        self.ours.append(near)
        self.theirs.append(far)
        os.set_blocking(near, False)
        return near
