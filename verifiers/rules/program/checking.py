"""Has a program of the caller's say whether an output is right: it is confined as any, and sees what it compares.

It reads input, expected and actual output from the three files named on its command line, and exits 0 to accept. It
runs apart from the judged program and after it, so that program never meets the expected output.

A checker that fails over an actual output (it crashes, or passes a limit) has been made to: that output is not
accepted, unless the checker fails over the expected output as well. Then the caller is at fault.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from sandbox.base import Limits, Outcome, Program, Status
from verifiers.base import Run, TruthError, Work
from verifiers.rules.program.verdicts import last_line

LANGUAGE = "python"
INPUT, EXPECTED, ACTUAL = "input", "expected", "actual"
CRASHED = b"Traceback (most recent call last)"
FAILED = "checker_failed"


@dataclass(frozen=True, slots=True)
class Checker:
    """The caller's program and its limits."""

    source: str
    limits: Limits

    def accepts(self, given: bytes, expected: bytes, actual: bytes) -> Generator[Work, Any, tuple[bool, str]]:
        """Return whether it accepts, and a flag where it failed over this output.

        Raises:
            TruthError: the checker fails by itself.
        """
        outcome: Outcome = yield self._run(given, expected, actual)
        if outcome.status is Status.OK:
            return True, ""
        if outcome.status is Status.COMPILE_ERROR:
            raise TruthError(f"the checker does not parse: {last_line(outcome)}")
        if not _has_failed(outcome):
            return False, ""
        alone: Outcome = yield self._run(given, expected, expected)
        if _has_failed(alone):
            raise TruthError(f"the checker fails over the expected output itself: {_told(alone)}")
        return False, FAILED

    def _run(self, given: bytes, expected: bytes, actual: bytes) -> Run:
        files = ((INPUT, given), (EXPECTED, expected), (ACTUAL, actual))
        program = Program(LANGUAGE, self.source, files=files, arguments=(INPUT, EXPECTED, ACTUAL))
        return Run(program, b"", self.limits)


def _has_failed(outcome: Outcome) -> bool:
    if outcome.status is Status.NONZERO_EXIT:
        return CRASHED in outcome.stderr
    return outcome.status is not Status.OK


def _told(outcome: Outcome) -> str:
    return f"{outcome.status}: {last_line(outcome)}" if outcome.stderr else str(outcome.status)
