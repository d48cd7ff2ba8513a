"""Warm processes: a fork server imports what is slow to import once, then forks a child for each request.

The fork server is a fresh program, not a fork of the service: there is nothing in its memory to steal. It stays
single-threaded. Each child is tied to one socket, its *leash*: the service learns the child's pid and end through it,
asks for a kill through it, and when the service goes away the leash breaks and the child is killed.

This is the service's side; the other is `sandbox.nursery`.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sandbox import nursery
from sandbox.nursery import ENDED, KILL, PID, READY

SO_PASSCRED, SCM_CREDENTIALS = 16, 2
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: the kernel translates them for the receiver's namespace
START_S = 60.0
# Not -I, which would ignore PYTHONHASHSEED; the environment is written, so the rest of it is the same.
OPTIONS = ("-P", "-s", "-B", "-X", "utf8")


class ForkServerLost(Exception):
    """The fork server is gone, could not start, or does not answer; the message says what it last wrote."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: by `exit_code` or by `signal`, and what it used."""

    exit_code: int | None
    signal: int | None
    cpu_s: float
    peak_bytes: int


class Child:
    """One forked process on its leash. Used by one thread at a time."""

    def __init__(self, leash: socket.socket) -> None:
        self._leash = leash
        self._ended: Ended | None = None

    @cached_property
    def pid(self) -> int:
        """Its number here, not in its namespace; 0 if it died before it said so. Waits, the first time, for its word.

        Raises:
            ForkServerLost: it will never come.
        """
        message, pid = _message_and_pid(self._leash, START_S)
        if len(message) == ENDED.size:
            self._ended = _ended(*ENDED.unpack(message))
            return 0
        if not message:
            self._leash.close()
            raise ForkServerLost("the fork server died or did not answer")
        return pid or PID.unpack(message)[0]

    def fileno(self) -> int:
        """Readable once the child has ended, and before that until `pid` is asked for."""
        return self._leash.fileno()

    def kill(self) -> None:
        """End the child and its process group, now. Returns at once; `wait` says when it is done."""
        with contextlib.suppress(OSError):
            self._leash.send(KILL)

    def wait(self, timeout_s: float | None = None) -> Ended | None:
        """Return how the child ended, or None when it still runs after `timeout_s` seconds.

        Raises:
            ForkServerLost: the fork server died, so nobody knows; the kernel kills the child with it.
        """
        _ = self.pid  # which is told before the end
        if self._ended is None:
            if not _readable(self._leash, timeout_s):
                return None
            self._ended = _ended(*ENDED.unpack(self._receive(0.0, ENDED.size)))
        return self._ended

    def close(self) -> None:
        """Let go of the leash; a child that still runs is killed."""
        self._leash.close()

    def _receive(self, timeout_s: float, size: int) -> bytes:
        message = self._leash.recv(size) if _readable(self._leash, timeout_s) else b""
        if len(message) != size:
            self._leash.close()
            raise ForkServerLost("the fork server died or did not answer")
        return message


def _readable(waited_on: socket.socket, timeout_s: float | None) -> bool:
    poll = select.poll()  # not select: a busy service has descriptors above 1,023
    poll.register(waited_on, select.POLLIN)
    return bool(poll.poll(None if timeout_s is None else timeout_s * 1000))


def _message_and_pid(from_: socket.socket, timeout_s: float) -> tuple[bytes, int]:
    """Return a message, and who sent it, by its number here; 0 where the kernel is not asked to say."""
    if not _readable(from_, timeout_s):
        return b"", 0
    message, ancillary, _, _ = from_.recvmsg(ENDED.size, socket.CMSG_SPACE(CREDENTIALS.size))
    for _, kind, body in ancillary:
        if kind == SCM_CREDENTIALS:
            return message, CREDENTIALS.unpack(body)[0]
    return message, 0


def _ended(status: int, user_s: float, system_s: float, peak_bytes: int) -> Ended:
    died_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    exit_code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
    return Ended(exit_code, died_by, user_s + system_s, peak_bytes)


class ForkServer:
    """Start a fork server whose children call `entry` ("module:function") with a header and descriptors.

    `preload` names modules to import first; `path` is put before the import path. `environment` is all the
    environment it gets. `prepare` ("module:function") is called once, after the imports. `stack_bytes` is laid out for
    the main thread of each child. `namespaces` are the flags of those to make for it and its children. `fork` may be
    called from any thread.

    Raises:
        ForkServerLost: a module could not be imported (the error's text is in the message).
    """

    def __init__(
        self,
        entry: str,
        preload: Sequence[str] = (),
        path: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        python: str = sys.executable,
        prepare: str = "",
        stack_bytes: int = 0,
        namespaces: int = 0,
    ) -> None:
        ours, theirs = self._pair(namespaces != 0)
        self._control = ours
        self._is_apart = namespaces != 0
        self._lock = threading.Lock()
        told = (entry, prepare, str(stack_bytes), str(namespaces), os.pathsep.join(path), *preload)
        with theirs:
            self._process = subprocess.Popen(
                [python, *OPTIONS, nursery.__file__, str(theirs.fileno()), *told],
                pass_fds=(theirs.fileno(),),
                env=dict(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                cwd="/",
                start_new_session=True,
            )
        self._entry = entry
        self.pid: int = self._process.pid

    @staticmethod
    def _pair(with_pids: bool) -> tuple[socket.socket, socket.socket]:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        if with_pids:
            ours.setsockopt(socket.SOL_SOCKET, SO_PASSCRED, 1)
        return ours, theirs

    def wait_ready(self, timeout_s: float = START_S) -> None:
        """Return once everything is imported. Must be called once, before the first `fork`."""
        message, pid = _message_and_pid(self._control, timeout_s)
        self.pid = pid or self.pid
        if message != READY:
            raise ForkServerLost(f"the fork server for {self._entry} did not start: {self._last_words()}")
        if self._process.stderr is not None:
            self._process.stderr.close()

    def fork(self, header: bytes = b"", descriptors: Sequence[int] = ()) -> Child:
        """Fork a child that calls the entry with `header` and copies of `descriptors`."""
        leash, theirs = self._pair(self._is_apart)
        with theirs:
            try:
                with self._lock:
                    socket.send_fds(self._control, [header or b"\0"], [theirs.fileno(), *descriptors])
            except OSError as error:
                leash.close()
                raise ForkServerLost("the fork server is gone") from error
        return Child(leash)

    def close(self) -> None:
        """End the fork server and every child of it."""
        self._control.close()
        try:
            self._process.wait(timeout=2.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def _last_words(self) -> str:
        self._process.kill()
        _, stderr = self._process.communicate()
        return stderr.decode(errors="replace").strip()[-500:] or "it said nothing"
