"""Watches one run from outside: feeds it, reads what it writes, holds it to its limits, and says how it ended.

Nothing that the program says is believed, but for one word that it cannot have written: READY, sent before it began.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sandbox import scratch
from sandbox.base import Limits, Outcome, SandboxError, Status
from sandbox.conversation import Conversation, OutOfTurn, TooLong
from sandbox.ending import Ending, status_of
from sandbox.forkserver import Child, Ended
from sandbox.hub import Hub
from sandbox.meter import BlockedTime, Meter, SessionBlockedTime, SessionMeter, kills_for_memory
from sandbox.wires import Wires
from sandbox.zygote.order import LOADED, NANOSECONDS_BYTES, NOT_STARTED, READY

TICK_S = 0.05  # how often a run is looked at, at least
MULTIPLYING_TICK_S = 0.01  # where processes can grow in number as fast as they may
LEAST_WAIT_S = 0.002
START_S = 20.0  # for a child to confine itself, on the busiest machine
DIE_S = 20.0  # for a killed child to be gone
PIECE_BYTES = 64 * 1024  # what a pipe holds
MUCH_BYTES = 4096  # so much at once, and it may be that its program waits for us to read
MAX_EXCUSED = 200  # looks at which such waiting is not held against it; it may come of nothing but sleep and noise
MOST_BLOCKED_S = 2 * TICK_S  # how much of the time between two looks may count as blocked
LEAST_PIECE_BYTES = 512  # what a socket gives at a time, at least, when more is there
MAX_FATE_BYTES = 64
READY_BYTES = len(READY) + NANOSECONDS_BYTES


class NotStarted(SandboxError):
    """The kernel would not execute what was to be run."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a watch must know of the run: its ceilings, its folder, and what its interpreter holds by itself.

    `is_started`: another program is executed, which cannot say that it has loaded; it is asked as soon as it is ready.
    `has_processes`: it may start others, and all of them count together. `tick_s`: how often it is looked at, at least.
    """

    limits: Limits
    requests: tuple[bytes, ...] | None  # None where somebody else minds the channel
    scratch: Path
    base_bytes: int  # resident before the program starts
    is_started: bool = False
    has_processes: bool = False
    tick_s: float = TICK_S


class Capture:
    """What came out of a pipe, up to a ceiling; the rest is counted and dropped."""

    def __init__(self, descriptor: int, max_bytes: int) -> None:
        self.descriptor = descriptor
        self._max_bytes = max_bytes
        self._kept = bytearray()
        self.is_cut = False
        self.held_much = False  # the pipe, at some reading

    @property
    def kept(self) -> bytes:
        return bytes(self._kept)

    def read(self) -> bool:
        """Take in what is there now; false at the end, and when there is nothing."""
        try:
            piece = os.read(self.descriptor, PIECE_BYTES)
        except BlockingIOError:
            return False
        room = self._max_bytes - len(self._kept)
        self._kept += piece[:room]
        self.is_cut |= len(piece) > room
        self.held_much |= len(piece) >= MUCH_BYTES
        return bool(piece)


class Watch:
    """One run from its fork to its end. Used by one thread, once."""

    def __init__(self, child: Child, wires: Wires, run: Run, hub: Hub | None = None) -> None:
        self._child, self._wires, self._run = child, wires, run
        self._limits = run.limits
        self._stdout = Capture(wires.stdout, run.limits.output_bytes)
        self._stderr = Capture(wires.stderr, run.limits.stderr_bytes)
        self._fate = Capture(wires.fate, MAX_FATE_BYTES)
        self._talk: Conversation | None = None
        self._tick_s = run.tick_s
        self._kills_before = kills_for_memory() if run.is_started else None
        self._started_s = time.monotonic()
        self._setup_cpu_s: float | None = None  # None until the child has confined itself
        self._stretch_cpu_s = 0.0  # CPU used when the present stretch (loading, or one request) began
        self._is_loaded = False
        self._stopped: Status | None = None
        self._stopped_s = 0.0
        self._note = b""
        self._ended: Ended | None = None
        self._next_look_s = self._started_s + self._tick_s
        self._excused = 0
        self._has_just_begun = False  # the present stretch: how long it is blocked counts from the next look
        self._is_waiting = False  # for somebody else: its blocked time does not count
        self._hub = hub or Hub()
        self._hub.listen(self._stdout.descriptor, self._read_stdout)
        self._hub.listen(self._stderr.descriptor, self._read_stderr)
        self._minds_end = False
        if wires.channel is not None:  # else nobody waits for its word: it is read at the first look, or at the end
            self._hub.listen(self._fate.descriptor, self._read_fate)
            self._mind_end()
        if wires.channel is not None and run.requests is not None:
            self._talk = Conversation(wires.channel, run.requests, run.limits.output_bytes)
            self._hub.listen(wires.channel.fileno(), self._converse)

    @cached_property
    def _meter(self) -> Meter | SessionMeter:
        return (
            SessionMeter(self._child.pid, self._limits.threads) if self._run.has_processes else Meter(self._child.pid)
        )

    @cached_property
    def _blocked(self) -> BlockedTime | SessionBlockedTime:
        if isinstance(self._meter, SessionMeter):
            return SessionBlockedTime(self._meter, MOST_BLOCKED_S)
        return BlockedTime(self._meter, MOST_BLOCKED_S)

    def outcome(self) -> Outcome:
        """Watch until the program has ended; at most its wall limit.

        Raises:
            KilledFromOutside: neither the program nor we ended it.
            NotStarted: there was nothing to watch.
            SandboxError: the child could not confine itself, or could not be killed.
        """
        while self._ended is None:
            self._hub.turn(self.wait_s)
            self.look_if_due()
        return self._outcome(self._ended)

    def _outcome(self, ended: Ended) -> Outcome:
        for capture in (self._stdout, self._stderr, self._fate):
            while capture.read():
                pass
        self._note_ready()
        self._hear_last_reply(ended)
        return self._judged(ended)

    # ------------------------------------------------------------------------------------------------ one turn

    @property
    def wait_s(self) -> float:
        """How long nothing needs to be looked at, unless something is heard."""
        return max(LEAST_WAIT_S, self._next_look_s - time.monotonic())

    def look_if_due(self) -> None:
        if self._ended is None and time.monotonic() >= self._next_look_s:
            self._look()

    def _see_end(self) -> None:
        self._ended = self._child.wait(0.0)
        if self._ended is not None:
            self._hub.leave(self._child.fileno())

    def _mind_end(self) -> None:
        if not self._minds_end:
            self._minds_end = True
            self._hub.listen(self._child.fileno(), self._see_end)

    def _read_or_leave(self, capture: Capture) -> None:
        if not capture.read():
            self._hub.leave(capture.descriptor)
            self._mind_end()

    def _read_stderr(self) -> None:
        self._read_or_leave(self._stderr)

    def _read_stdout(self) -> None:
        self._read_or_leave(self._stdout)
        if self._stdout.is_cut:
            self._stop(Status.OUTPUT_EXCEEDED)

    def _read_fate(self) -> None:
        self._read_or_leave(self._fate)
        self._heed_fate()

    def _heed_fate(self) -> None:
        """Take its word, whoever has read it: it may have become ready, and loaded, at once."""
        self._note_ready()
        if self._talk is not None and not self._is_loaded and self._may_be_asked():
            self._is_loaded = True
            self._ask_next(self._talk)

    def _may_be_asked(self) -> bool:
        if self._run.is_started:
            return self._setup_cpu_s is not None
        return LOADED in self._fate.kept[READY_BYTES:]

    def _note_ready(self) -> None:
        said = self._fate.kept
        if self._setup_cpu_s is None and len(said) >= READY_BYTES and said.startswith(READY):
            self._setup_cpu_s = int.from_bytes(said[len(READY) : READY_BYTES], "big") / 1e9
            self._stretch_cpu_s = self._setup_cpu_s
            self._has_just_begun = True

    # ------------------------------------------------------------------------------------- requests and replies

    def _converse(self) -> None:
        talk = self._talk
        if talk is None or self._stopped is not None:
            self._leave_channel()
            return
        talk.write()
        try:
            came = talk.read(self._meter.cpu_s() - self._stretch_cpu_s)
        except TooLong:
            self._stop(Status.OUTPUT_EXCEEDED)
            return
        except OutOfTurn:
            self._stop(Status.SIGNALLED, "killed: it wrote replies of its own\n")
            return
        if came:
            self._take_reply(talk)
        elif talk.is_broken:
            self._leave_channel()
        else:
            self._mind_writing(talk)

    def _take_reply(self, talk: Conversation) -> None:
        if talk.replies[-1].cpu_s > self._limits.cpu_s:
            talk.replies.pop()  # too late is not in time
            self._stop(Status.CPU_TIME_EXCEEDED)
        else:
            self._ask_next(talk)

    def _hear_last_reply(self, ended: Ended) -> None:
        """A reply may have come together with the end; when it was the last, the end is of no interest."""
        talk = self._talk
        if talk is None or self._stopped is not None or not self._is_loaded:
            return
        with contextlib.suppress(TooLong, OutOfTurn):
            for _ in range(2 + self._limits.output_bytes // LEAST_PIECE_BYTES):
                if talk.is_over or talk.is_broken or talk.read(ended.cpu_s - self._stretch_cpu_s):
                    break
        if talk.is_over and talk.replies and talk.replies[-1].cpu_s <= self._limits.cpu_s:
            self._stopped = Status.OK

    def _ask_next(self, talk: Conversation) -> None:
        if talk.is_over:
            self._stop(Status.OK)  # all is answered: what the program would still do is of no interest
            return
        self._begin_stretch()
        talk.ask_next()
        self._mind_writing(talk)

    def _mind_writing(self, talk: Conversation) -> None:
        if self._wires.channel is not None:
            self._hub.mind_writing(self._wires.channel.fileno(), talk.wants_to_write)

    def _begin_stretch(self) -> None:
        self._stretch_cpu_s = self._meter.cpu_s()
        self._has_just_begun = True

    def _leave_channel(self) -> None:
        if self._wires.channel is not None:
            self._hub.leave(self._wires.channel.fileno())

    # -------------------------------------------------------------------------------------------------- limits

    def _stop(self, status: Status, note: str = "") -> None:
        if self._stopped is not None:
            return
        self._stopped, self._stopped_s, self._note = status, time.monotonic(), note.encode()
        self._child.kill()
        self._hub.leave(self._stdout.descriptor)
        self._mind_end()

    def _look(self) -> None:
        now_s = time.monotonic()
        self._next_look_s = now_s + self._tick_s
        self._mind_end()
        if self._setup_cpu_s is None:
            self._fate.read()
            self._heed_fate()
        if self._stopped is not None:
            if now_s > self._stopped_s + DIE_S:
                raise SandboxError(f"process {self._child.pid} could not be killed")
        elif self._setup_cpu_s is None:
            if now_s > self._started_s + START_S:
                raise SandboxError("the program's process did not confine itself in time")
        else:
            self._look_at_sizes()
            self._look_at_times(now_s)

    def _look_at_times(self, now_s: float) -> None:
        if self._stopped is not None:
            return
        if self._has_just_begun:  # not when it began: that would mean reading files for each call
            self._has_just_begun = False
            self._blocked.restart()
        cpu_s = self._meter.cpu_s()
        cpu_left_s = min(self._limits.cpu_s - (cpu_s - self._stretch_cpu_s), self._limits.total_cpu_s - cpu_s)
        blocked_left_s = self._limits.blocked_s - self._blocked_s()
        wall_left_s = self._limits.wall_s - (now_s - self._started_s)
        if cpu_left_s < 0:
            self._stop(Status.CPU_TIME_EXCEEDED)
        elif wall_left_s < 0:
            self._stop(Status.WALL_TIME_EXCEEDED)
        elif blocked_left_s < 0 and not self._meter.is_active():
            self._stop(Status.WALL_TIME_EXCEEDED, f"killed: it waited for more than {self._limits.blocked_s} s\n")
        else:
            soonest_s = min(self._tick_s, cpu_left_s, blocked_left_s, wall_left_s)
            self._next_look_s = now_s + max(LEAST_WAIT_S, soonest_s)

    def _blocked_s(self) -> float:
        if self._is_waiting:
            return 0.0
        if self._may_have_waited_for_us() and self._excused < MAX_EXCUSED:
            self._excused += 1
            self._blocked.skip()
        return self._blocked.look()

    def _may_have_waited_for_us(self) -> bool:
        """Whether, since it was last asked, much that it wrote stood in a pipe that we may have been late to empty."""
        held_much = self._stdout.held_much or self._stderr.held_much
        self._stdout.held_much = self._stderr.held_much = False
        return held_much

    def _look_at_sizes(self) -> None:
        limits, folder = self._limits, self._run.scratch
        if self._meter.threads() > limits.threads:
            self._stop(Status.SIGNALLED, f"killed: more than {limits.threads} threads\n")
        elif self._meter.resident_bytes() > self._run.base_bytes + limits.memory_bytes:
            self._stop(Status.MEMORY_EXCEEDED)
        elif scratch.is_over(folder, limits.scratch_bytes):
            self._stop(Status.OUTPUT_EXCEEDED, "killed: the scratch folder is full\n")
        elif self._meter.nameless_bytes(folder.stat().st_dev) > limits.scratch_bytes:
            self._stop(Status.OUTPUT_EXCEEDED, "killed: its nameless files are over the scratch limit\n")

    # ----------------------------------------------------------------------------------------------- the end

    def _judged(self, ended: Ended) -> Outcome:
        if self._setup_cpu_s is None:
            last_words = self._stderr.kept.decode(errors="replace").strip()[-500:]
            raise SandboxError(f"the program's process could not confine itself: {last_words or ended}")
        said = self._fate.kept[READY_BYTES:]
        if self._run.is_started and said:
            raise NotStarted(f"the program could not be started: {said.removeprefix(NOT_STARTED).decode()}")
        peak_bytes = max(0, ended.peak_bytes - self._run.base_bytes)
        ending = Ending(
            ended=ended,
            stopped=self._stopped,
            said=said,
            last_cpu_s=ended.cpu_s - self._stretch_cpu_s,
            peak_bytes=peak_bytes,
            stdout_cut=self._stdout.is_cut,
            may_be_own_kill=self._kills_before is not None and self._kills_before == kills_for_memory(),
        )
        return Outcome(
            status=status_of(ending, self._limits),
            exit_code=0 if self._stopped is Status.OK else ended.exit_code,
            signal=None if self._stopped is Status.OK else ended.signal,
            stdout=self._stdout.kept,
            stderr=self._stderr.kept + self._note,
            stdout_cut=self._stdout.is_cut,
            stderr_cut=self._stderr.is_cut,
            cpu_s=max(0.0, ended.cpu_s - self._setup_cpu_s),
            wall_s=time.monotonic() - self._started_s,
            peak_bytes=peak_bytes,
            replies=tuple(self._talk.replies) if self._talk else (),
        )
