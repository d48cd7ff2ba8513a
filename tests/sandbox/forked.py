"""What children of a fork server do in the tests of it."""

from __future__ import annotations

import os
import signal
import time


def daemon(_: bytes, descriptors: list[int]) -> None:
    """Leave a process behind that has a session of its own; end once it has said its number."""
    waiting, said = os.pipe()
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.write(descriptors[0], str(os.getpid()).encode())
            os.write(said, b"!")
            time.sleep(60)
        os._exit(0)
    os.read(waiting, 1)


def sleep(_: bytes, __: list[int]) -> None:
    time.sleep(60)


def exit_with(header: bytes, _: list[int]) -> None:
    os._exit(header[0])


def forget_pidfd() -> None:
    """Be on a kernel, or under a profile, that does not know the call."""

    def refuse(pid: int) -> int:
        raise OSError(38, "no such call")

    os.pidfd_open = refuse  # type: ignore[assignment]  # for this process alone
