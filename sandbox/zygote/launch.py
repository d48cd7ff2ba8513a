"""Starts one program that is not Python: confines a freshly forked child, then has it become the program.

Nothing of the service, and nothing of this, is left in the process once the program runs: the descriptors that are not
the program's are closed as it starts.
"""

from __future__ import annotations

import fcntl
import marshal
import os
import signal
import time
from typing import NamedTuple

from sandbox.isolation.seccomp import START_FD
from sandbox.zygote.confine import confine, prepare_zygote
from sandbox.zygote.order import FATE, NOT_STARTED, READY, SOURCE, STDERR, STDIN, STDOUT, Order

FATE_FD, CHANNEL_FD, RULESET_FD = 3, 4, 5
ABOVE_ALL_FD = 40  # descriptors are moved up here first, so that none is overwritten before it is moved down
LAST_FD = 4096
# Python ignores these, and what is ignored stays so across the start of another program.
USUAL_AGAIN = (signal.SIGPIPE, signal.SIGXFSZ)


class Launch(NamedTuple):
    """What to start, and what to put on it before. The source of the order is what is executed."""

    order: Order
    command: list[str]
    environment: dict[str, str]

    def packed(self) -> bytes:
        return marshal.dumps((self.order.packed(), self.command, self.environment))

    @staticmethod
    def unpacked(header: bytes) -> Launch:
        order, command, environment = marshal.loads(header)
        return Launch(Order.unpacked(order), command, environment)


def prepare() -> None:
    prepare_zygote()


def main(header: bytes, descriptors: list[int]) -> None:
    """Become the program of the header. Never returns."""
    launch = Launch.unpacked(header)
    ruleset = _arrange(launch.order, descriptors)
    for number in USUAL_AGAIN:
        signal.signal(number, signal.SIG_DFL)
    confine(launch.order, ruleset)
    os.write(FATE_FD, READY + time.process_time_ns().to_bytes(8, "big"))
    try:
        os.execve(START_FD, launch.command, launch.environment)
    except OSError as error:
        os.write(FATE_FD, NOT_STARTED + str(error.strerror).encode()[:40])
    os._exit(1)


def _arrange(order: Order, descriptors: list[int]) -> int | None:
    """Put each descriptor where it belongs, close the others, and return where the ruleset is.

    What the program shall not have is closed by its start.
    """
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, ABOVE_ALL_FD) for descriptor in descriptors]
    os.dup2(high[SOURCE], START_FD, inheritable=False)
    os.closerange(0, ABOVE_ALL_FD)
    for place, descriptor in enumerate((high[STDIN], high[STDOUT], high[STDERR])):
        os.dup2(descriptor, place)
    os.dup2(high[FATE], FATE_FD, inheritable=False)
    if order.has_channel:
        os.dup2(high[-1], CHANNEL_FD)
    ruleset = os.dup2(high[FATE + 1], RULESET_FD, inheritable=False) if order.has_ruleset else None
    os.closerange(ABOVE_ALL_FD, START_FD)
    os.closerange(START_FD + 1, LAST_FD)
    return ruleset
