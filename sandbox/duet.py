"""Watches a program and the tests beside it, from the first fork to the last end, and passes messages between them.

Only one of the two is meant to work at a time, on one core; while one works, the other's waiting is not counted. Each
has the limits of the run, anew for each test. The tests' process is forked once the program has loaded.
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox import plain
from sandbox.base import DuetOutcome, Outcome, Reply, SandboxError, Status
from sandbox.conversation import TooLong
from sandbox.forkserver import Child
from sandbox.hub import Hub
from sandbox.relay import Line, rewritten
from sandbox.watch import READY_BYTES, Run, Watch
from sandbox.wires import Wires
from sandbox.zygote.crossing import UNTOUCHING
from sandbox.zygote.order import LOADED

MAX_REPORTS = 20_000
MAX_REPORT_BYTES = 32 * 2**20  # of all reports together
MAX_SAID_BYTES = 64 * 2**20  # of all that the program answers
MAX_VALUES = 1_000_000  # in all that it answers, and in all that the tests ask: to read them takes our own time
REQUEST, REPORT = b"Q", b"R"


class Side(Watch):
    """One of the two processes."""

    def __init__(self, child: Child, wires: Wires, run: Run, hub: Hub) -> None:
        super().__init__(child, wires, run, hub)
        if wires.channel is None:
            raise SandboxError("a side without a channel")
        self.line = Line(wires.channel)

    @property
    def has_loaded(self) -> bool:
        return LOADED in self._fate.kept[READY_BYTES:]

    @property
    def has_ended(self) -> bool:
        return self._ended is not None

    @property
    def is_stopped(self) -> bool:
        return self._stopped is not None

    @property
    def cpu_s(self) -> float:
        """CPU used since the present test began."""
        return self._meter.cpu_s() - self._stretch_cpu_s

    def begin_test(self) -> None:
        self._stretch_cpu_s = self._meter.cpu_s()
        self._has_just_begun = True

    def wait(self) -> None:
        """The other side works."""
        self._is_waiting = True

    def go_on(self) -> None:
        self._is_waiting = False
        self._has_just_begun = True

    def stop(self, status: Status, note: str = "") -> None:
        self._stop(status, note)

    def finished(self) -> Outcome:
        """How it ended.

        Raises:
            SandboxError: it has not, or not by itself, by us or by a limit.
        """
        if self._ended is None:
            raise SandboxError("a side that has not ended")
        return self._outcome(self._ended)


class Duet:
    """One program and one suite. Used by one thread, once. Without a program of its own, the suite holds it."""

    def __init__(self, hub: Hub, candidate: Side | None, begin_tests: Callable[[], Side]) -> None:
        self._hub = hub
        self._candidate = candidate
        self._begin_tests = begin_tests
        self._tests: Side | None = None
        self._reports: list[Reply] = []
        self._report_bytes = 0
        self._said_bytes = 0
        self._may_ask, self._may_say = plain.Budget(MAX_VALUES), plain.Budget(MAX_VALUES)
        self._is_asked = False  # the tests wait for the program
        self._is_stuck = False
        self._is_touched = candidate is None

    def outcome(self) -> DuetOutcome:
        """Watch until both have ended.

        Raises:
            KilledFromOutside: neither a limit, nor we, nor it itself ended one of them.
            SandboxError: one could not confine itself, or could not be killed.
        """
        if self._candidate is None:
            self._start_tests()
        while not self._is_over():
            sides = [side for side in (self._candidate, self._tests) if side is not None and not side.has_ended]
            self._hub.turn(min(side.wait_s for side in sides))
            for side in sides:
                side.look_if_due()
            self._look()
        tests = self._tests.finished() if self._tests is not None else None
        candidate = self._candidate.finished() if self._candidate is not None else Outcome(Status.OK)
        return DuetOutcome(candidate, tests, tuple(self._reports), self._is_stuck, self._is_touched)

    def _is_over(self) -> bool:
        return all(side is None or side.has_ended for side in (self._candidate, self._tests)) and (
            self._tests is not None or self._candidate is not None
        )

    def _look(self) -> None:
        """See whether one of the two has loaded or ended, and what that means for the other."""
        candidate, tests = self._candidate, self._tests
        if candidate is None:
            return
        if tests is None:
            if candidate.has_loaded and not candidate.has_ended and not candidate.is_stopped:
                self._start_tests()
                candidate.wait()
        elif tests.has_ended:
            candidate.stop(Status.OK)  # what the program would still do is of no interest
        elif candidate.has_ended and self._is_asked:
            self._is_stuck = True
            tests.stop(Status.OK)

    def _start_tests(self) -> None:
        self._tests = self._begin_tests()
        self._hub.listen(self._tests.line.descriptor, self._hear_tests)

    # ------------------------------------------------------------------------------------------------ messages

    def _hear_tests(self) -> None:
        tests = self._tests
        assert tests is not None
        self._go_on_writing(tests)
        try:
            while not tests.is_stopped and (frame := tests.line.receive()) is not None:
                self._take(tests, frame[:1], frame[1:])
        except (TooLong, ValueError) as error:
            tests.stop(Status.OUTPUT_EXCEEDED, f"killed: {error or 'what it wrote is too long'}\n")
        if tests.line.is_broken:
            self._hub.leave(tests.line.descriptor)

    def _take(self, tests: Side, kind: bytes, body: bytes) -> None:
        if kind == REPORT:
            self._note(tests, body)
        elif kind == REQUEST and self._candidate is not None and not self._is_asked:
            self._ask(tests, self._candidate, body)
        else:
            raise ValueError("it spoke out of turn")

    def _note(self, tests: Side, body: bytes) -> None:
        self._report_bytes += len(body)
        if len(self._reports) == MAX_REPORTS or self._report_bytes > MAX_REPORT_BYTES:
            raise TooLong
        spending = self._candidate or tests
        self._reports.append(Reply(body, spending.cpu_s))
        for side in (self._candidate, tests):
            if side is not None:
                side.begin_test()

    def _ask(self, tests: Side, candidate: Side, body: bytes) -> None:
        verb, frame = rewritten(body, self._may_ask)
        self._is_touched |= verb not in UNTOUCHING
        self._is_asked = True
        tests.wait()
        candidate.go_on()
        candidate.line.send(frame)
        self._hub.listen(candidate.line.descriptor, self._hear_candidate)
        self._hub.mind_writing(candidate.line.descriptor, candidate.line.wants_to_write)

    def _hear_candidate(self) -> None:
        tests, candidate = self._tests, self._candidate
        assert tests is not None
        assert candidate is not None
        self._go_on_writing(candidate)
        try:
            frame = None if candidate.is_stopped else candidate.line.receive()
            if frame is not None:
                self._answer(tests, candidate, frame)
        except TooLong:
            candidate.stop(Status.OUTPUT_EXCEEDED)
        except ValueError as error:
            if self._may_say.values <= 0:
                candidate.stop(Status.OUTPUT_EXCEEDED)
            candidate.stop(Status.SIGNALLED, f"killed: it wrote what is no answer: {error}\n")
        if candidate.line.is_broken or candidate.is_stopped:
            self._hub.leave(candidate.line.descriptor)

    def _answer(self, tests: Side, candidate: Side, frame: bytes) -> None:
        self._said_bytes += len(frame)
        if self._said_bytes > MAX_SAID_BYTES:
            raise TooLong
        _, answer = rewritten(frame, self._may_say)
        self._hub.leave(candidate.line.descriptor)  # it is not its turn: what it writes now is read when it is
        self._is_asked = False
        candidate.wait()
        tests.go_on()
        tests.line.send(answer)
        self._hub.mind_writing(tests.line.descriptor, tests.line.wants_to_write)

    def _go_on_writing(self, side: Side) -> None:
        side.line.write()
        self._hub.mind_writing(side.line.descriptor, side.line.wants_to_write)
