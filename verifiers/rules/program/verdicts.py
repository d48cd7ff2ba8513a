"""Says in the words of judging how a program ended: from the sandbox's Status to a Verdict."""

from __future__ import annotations

from sandbox.base import Outcome, Status
from verifiers.base import Verdict

_VERDICTS = {
    Status.COMPILE_ERROR: Verdict.COMPILE_ERROR,
    Status.NONZERO_EXIT: Verdict.RUNTIME_ERROR,
    Status.SIGNALLED: Verdict.RUNTIME_ERROR,
    Status.CPU_TIME_EXCEEDED: Verdict.TIME_LIMIT,
    Status.WALL_TIME_EXCEEDED: Verdict.TIME_LIMIT,
    Status.MEMORY_EXCEEDED: Verdict.MEMORY_LIMIT,
    Status.OUTPUT_EXCEEDED: Verdict.OUTPUT_LIMIT,
}

# The last line that Python writes may only choose between verdicts that score 0.
_BY_EXCEPTION = {
    "MemoryError": Verdict.MEMORY_LIMIT,
    "SyntaxError": Verdict.COMPILE_ERROR,
    "IndentationError": Verdict.COMPILE_ERROR,
    "TabError": Verdict.COMPILE_ERROR,
}


def fate(outcome: Outcome) -> Verdict | None:
    """Return the verdict of a program that failed by itself, None where it ended well: then its output decides."""
    if outcome.status is Status.OK:
        return None
    if outcome.status is Status.NONZERO_EXIT:
        return _BY_EXCEPTION.get(exception_name(outcome), Verdict.RUNTIME_ERROR)
    return _VERDICTS[outcome.status]


def fate_of_raised(exception: str) -> Verdict:
    """Return the verdict of a call that raised this exception."""
    return Verdict.MEMORY_LIMIT if exception == "MemoryError" else Verdict.RUNTIME_ERROR


def last_line(outcome: Outcome) -> str:
    """Return the last line that is not blank of what the program wrote to standard error."""
    lines = outcome.stderr[-4_000:].decode("utf-8", "replace").rstrip().rsplit("\n", 1)
    return lines[-1].strip()


def exception_name(outcome: Outcome) -> str:
    return last_line(outcome).partition(":")[0]
