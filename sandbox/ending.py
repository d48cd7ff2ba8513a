"""Reads from what was seen of a run how it ended. A pure function: whose fault an ending is stands here alone."""

from __future__ import annotations

from dataclasses import dataclass
from signal import SIGKILL, SIGXCPU, SIGXFSZ

from sandbox.base import Limits, SandboxError, Status
from sandbox.forkserver import Ended
from sandbox.zygote.order import COMPILE_ERROR, OUT_OF_MEMORY


class KilledFromOutside(SandboxError):
    """Neither we nor its limits ended the program: most likely the memory of the whole container ran out."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What was seen of a run. `stopped` says why we ended it; OK there means that all its requests were answered.

    `said` is what the process claims of itself; it is believed to its own harm alone. `last_cpu_s` is the CPU time
    since the loading, or the last request, began. `may_be_own_kill`: a program that was executed, and so might execute
    what the kernel kills as it starts; and no process of the machine was killed because memory ran out.
    """

    ended: Ended
    stopped: Status | None
    said: bytes
    last_cpu_s: float
    peak_bytes: int
    stdout_cut: bool
    may_be_own_kill: bool = False


def status_of(ending: Ending, limits: Limits) -> Status:
    """The one word for how the run ended.

    Raises:
        KilledFromOutside: nothing that the program did, and nothing that we did, explains its death.
    """
    if ending.stopped is not None and ending.stopped is not Status.OK:
        return ending.stopped
    exceeded = _exceeded(ending, limits)
    if exceeded is not None:
        return exceeded
    if ending.stopped is Status.OK:
        return Status.OK
    if ending.ended.signal == SIGKILL and not ending.may_be_own_kill:  # no program can send this to itself
        raise KilledFromOutside("the program was killed from outside: is the container's memory limit too low?")
    if ending.ended.signal is not None:
        return Status.SIGNALLED
    if ending.ended.exit_code == 0:
        return Status.OK
    return Status.COMPILE_ERROR if COMPILE_ERROR in ending.said else Status.NONZERO_EXIT


def _exceeded(ending: Ending, limits: Limits) -> Status | None:
    failed = bool(ending.ended.exit_code)
    if ending.peak_bytes > limits.memory_bytes or (failed and OUT_OF_MEMORY in ending.said):
        return Status.MEMORY_EXCEEDED
    if ending.stopped is Status.OK:
        return None  # every reply has been held to the limits already
    cpu_left_s = min(limits.cpu_s - ending.last_cpu_s, limits.total_cpu_s - ending.ended.cpu_s)
    if cpu_left_s < 0 or ending.ended.signal == SIGXCPU:
        return Status.CPU_TIME_EXCEEDED
    if ending.stdout_cut or ending.ended.signal == SIGXFSZ:
        return Status.OUTPUT_EXCEEDED
    return None
