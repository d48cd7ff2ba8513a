"""Says in the words of judging how a program ended: from the sandbox's Status to a Verdict."""

from __future__ import annotations

import re

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

MAX_TOLD_CHARS = 360
MAX_READ_CHARS = 8_000
ERROR_LINES = 5
_TRACEBACK = "Traceback (most recent call last):"
_PROGRAM_FRAME = '  File "solution.py"'
# Lines of a runtime about itself: its own frames, and its name.
_OF_THE_RUNTIME = re.compile(r"\(?node:|^Node\.js v|\bat (?:java|jdk)\.|^goroutine \d|^# command-line-arguments")
_FOLDER = re.compile(r"(?:/[\w.-]+)+/(?=(?:solution|Main)\.)")  # each run has another
_ERROR_LINE = re.compile(r"\berror\b|Error\b|Exception\b|^panic:|panicked at|:\d+:\d+: ")


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


def told(outcome: Outcome) -> str:
    """Return what a program that failed, or its compiler, says of it: the first error, or the program's own frames."""
    text = outcome.stderr.decode("utf-8", "replace")
    if _TRACEBACK in text:
        return told_by_python(text)
    lines = _FOLDER.sub("", text[:MAX_READ_CHARS]).split("\n")
    lines = [line for line in lines if line.strip() and not _OF_THE_RUNTIME.search(line)]
    first = next((at for at, line in enumerate(lines) if _ERROR_LINE.search(line)), None)
    # Some show the line of the source before they say what is wrong with it.
    shown = lines[-ERROR_LINES:] if first is None else lines[max(0, first - 3 if first < 4 else first) :][:ERROR_LINES]
    return "\n".join(shown)[:MAX_TOLD_CHARS]


def told_by_python(text: str) -> str:
    """Return the end of the last traceback in a text, cut to the frames of the program."""
    trace = text.rpartition(_TRACEBACK)[2].strip("\n")
    return (_PROGRAM_FRAME + trace.partition(_PROGRAM_FRAME)[2] if _PROGRAM_FRAME in trace else trace)[-MAX_TOLD_CHARS:]


def exception_name(outcome: Outcome) -> str:
    return last_line(outcome).partition(":")[0]
