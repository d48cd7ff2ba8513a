"""The words of the sandbox: what runs, under which ceilings, how it ended, and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SandboxError(Exception):
    """Our own failure: the program was not run as asked. Never a statement about the program."""


class SandboxUnavailable(SandboxError):
    """No program may run on this machine; the message names what is missing."""


class LanguageUnavailable(SandboxError):
    """This machine lacks the toolchain; the message names the language and the package that brings it."""


class RunAborted(SandboxError):
    """The run was called back before it ended: nobody waited for it any more."""


class Status(StrEnum):
    """How a program ended. It knows nothing of right or wrong."""

    OK = "ok"
    COMPILE_ERROR = "compile_error"
    NONZERO_EXIT = "nonzero_exit"
    SIGNALLED = "signalled"
    CPU_TIME_EXCEEDED = "cpu_time_exceeded"
    WALL_TIME_EXCEEDED = "wall_time_exceeded"
    MEMORY_EXCEEDED = "memory_exceeded"
    OUTPUT_EXCEEDED = "output_exceeded"


@dataclass(frozen=True, slots=True)
class Limits:
    """Ceilings of one run. `cpu_s` decides; the others stop what uses no CPU or would harm the machine.

    Where a run has requests, `cpu_s` and `blocked_s` hold for each request (and for the loading of the program) alone,
    and `total_cpu_s` for all of them together.
    """

    cpu_s: float = 10.0
    total_cpu_s: float = 3600.0
    blocked_s: float = 2.0  # wall time minus CPU time minus time spent waiting for a core: sleeping is limited by this
    wall_s: float = 120.0  # of the whole run; a last resort, far above what an honest program needs on a busy machine
    memory_bytes: int = 512 * 2**20
    output_bytes: int = 2**20  # stdout; also the sum of all replies
    stderr_bytes: int = 64 * 2**10  # kept; more is read and dropped
    scratch_bytes: int = 64 * 2**20
    open_files: int = 64
    threads: int = 64


@dataclass(frozen=True, slots=True)
class Program:
    """Source text in a language. `answers_calls` loads it as a module that then answers the run's requests.

    `is_test`: where the language knows tests in a source, these are what runs. In Python, `files` (names and contents)
    lie in its working folder, and `arguments` stand on its command line.
    """

    language: str
    source: str
    answers_calls: bool = False
    is_test: bool = False
    files: tuple[tuple[str, bytes], ...] = ()
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request: bytes that the program's process wrote, hence a claim; and the CPU time it took."""

    body: bytes
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended and what it left. `replies` has one entry for each request that was answered, in order."""

    status: Status
    exit_code: int | None = None
    signal: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    stdout_cut: bool = False
    stderr_cut: bool = False
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_bytes: int = 0
    replies: tuple[Reply, ...] = ()


# The names under which tests import the program that they test.
CANDIDATE_MODULES = (
    "solution", "main", "candidate", "submission", "answer", "program", "student", "student_code", "student_solution",
    "my_solution", "your_module", "my_module", "module", "task", "implementation", "source", "target", "solutions",
    "code_under_test",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suite:
    """Tests that are code, in Python, for a program beside them, whose names they find as if it were imported.

    `setup` runs first, as it does in the program. `parts` are run one after another in one namespace, each a test;
    with `is_file` there is one part: a file of tests in the style of unittest or pytest, or `def check(candidate)`,
    called with what `entry` names, or else a test by itself. `class_names` are classes of the program's that
    the tests name as such; `names` are those that the tests use and do not define, and may come from the program; of
    these `owned` mean the program's although Python has them too. `first` is the
    number of the test to begin with; with `stops` the first that fails is the last that is run.
    """

    parts: tuple[str, ...]
    setup: str = ""
    is_file: bool = False
    entry: str | None = None
    class_names: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()
    first: int = 0
    stops: bool = False


@dataclass(frozen=True, slots=True)
class DuetOutcome:
    """What came of a program and the tests beside it.

    `reports` are what the tests' process said, in order, each with the CPU time that the program took for it; see
    `sandbox.zygote.testing`. `tests` is None where the program did not load. `is_stuck`: the program ended while the
    tests waited for it. `is_touched`: the tests had asked it for more than a name.
    """

    candidate: Outcome
    tests: Outcome | None
    reports: tuple[Reply, ...] = ()
    is_stuck: bool = False
    is_touched: bool = False
