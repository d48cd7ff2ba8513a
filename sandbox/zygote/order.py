"""The order for one run: what the warm interpreter is told, which is never the program nor its input."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sandbox.isolation.rlimits import Ceiling

# The descriptors that go with an order, by position; RULESET and CHANNEL only where the order says so.
SOURCE, STDIN, STDOUT, STDERR, FATE = range(5)

# What a child says on FATE. READY comes before any line of the program runs, so only it can be believed; the others
# are the program's process speaking of itself, to its own harm alone.
READY = b"R"  # all layers are in force; followed by the CPU seconds used so far, as 8 bytes of nanoseconds
LOADED = b"L"  # the program is loaded and waits for requests
COMPILE_ERROR = b"C"
OUT_OF_MEMORY = b"M"
NOT_STARTED = b"X"  # what was to be executed could not be; a program that was executed cannot say so any more
NANOSECONDS_BYTES = 8


class Order(NamedTuple):
    """What one child puts on itself before it runs its program. `scratch` is its working folder."""

    scratch: str
    ceilings: list[Ceiling]
    filter_: bytes = b""  # empty where the kernel has none
    uid: int | None = None
    has_ruleset: bool = False
    ruleset_flags: int = 0
    has_channel: bool = False
    dumpable: bool = False
    arguments: tuple[str, ...] = ()
    niceness: int = 0  # how far it stands back from the service and from other programs
    keeps_objects: bool = False  # the program's objects are asked for one by one, by the tests beside it

    def packed(self) -> bytes:
        return marshal.dumps(tuple(self))

    @staticmethod
    def unpacked(header: bytes) -> Order:
        return Order(*marshal.loads(header))
