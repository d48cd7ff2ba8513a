"""Has tests that are code run beside the program, and says what came of each.

The tests' own process computes whether they hold, and this reads what it reports; the program's process is another one.
Where the tests fail by themselves, before they asked the program for anything, the ground truth is at fault.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox import plain
from sandbox.base import DuetOutcome, Limits, Outcome, Program, Status, Suite
from verifiers.base import Duet, TruthError, Unavailable, Verdict, Work
from verifiers.rules.program.results import Result
from verifiers.rules.program.scripts import Script, class_names, free_names, owned_names
from verifiers.rules.program.verdicts import fate, fate_of_raised, told

EARLY_EXIT = "early_exit"
FORGEABLE = "forgeable"
SYNTAX_ERRORS = ("SyntaxError", "IndentationError", "TabError")
MAX_TRIES = 64  # of the rest of a suite whose program ended: tests after that many ends are not run


@dataclass(frozen=True, slots=True)
class Asked:
    """A program and what to judge it by. `setup` stands at the top of its source already."""

    program: Program
    scripts: tuple[Script, ...]
    setup: str
    limits: Limits
    stops: bool
    together: bool = False


class NotLoaded(Exception):
    """The program ended before it could be tested; `outcome` says how, and the verdict is None where it ended well."""

    def __init__(self, outcome: Outcome, verdict: Verdict | None) -> None:
        super().__init__(str(outcome.status))
        self.outcome = outcome
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class SuiteResults:
    """One result a test that was run, in order, and how many tests count: skipped ones do not."""

    results: list[Result]
    total: int


@dataclass(slots=True)
class _Story:
    """What the runs of one suite said so far. `ran` counts the tests that are over, skipped ones too."""

    names: Sequence[str] = ()
    ran: int = 0
    skipped: int = 0
    is_touched: bool = False
    is_done: bool = False


def run_suite(asked: Asked) -> Generator[Work, Any, SuiteResults]:
    """Yield the runs that the tests need, and return what came of each test.

    Where the program ends in a test, and the rest counts, the rest goes on with a fresh one.

    Raises:
        TruthError: the tests are wrong by themselves, or need what cannot be carried.
        Unavailable: the tests need a module that is not here.
        NotLoaded: the program did not load.
    """
    suite = _suite(asked)
    results: list[Result] = []
    story = _Story()
    for _ in range(MAX_TRIES):
        duet = Duet(asked.program, replace(suite, first=story.ran), asked.limits, asked.together)
        outcome: DuetOutcome = yield duet
        results += _results(story, outcome)
        if story.is_done or asked.stops or story.ran >= len(story.names):
            break
    if not results:
        raise TruthError("the tests hold nothing that is run")
    if not story.is_touched and all(result.passed for result in results):
        raise TruthError("the tests pass without ever calling the program")
    flag = FORGEABLE if asked.together else ""
    flagged = [replace(result, flags=(*result.flags, flag)) if flag else result for result in results]
    return SuiteResults(flagged, max(len(story.names) - story.skipped, len(results)))


def _suite(asked: Asked) -> Suite:
    scripts = asked.scripts
    return Suite(
        parts=tuple(script.source for script in scripts),
        setup=asked.setup,
        is_file=scripts[0].is_file,
        entry=scripts[0].entry,
        class_names=class_names(scripts),
        names=free_names(scripts),
        owned=owned_names(scripts),
        stops=asked.stops,
    )


# --------------------------------------------------------------------------------------------- what came of a run


def _results(story: _Story, outcome: DuetOutcome) -> list[Result]:
    """Read one run: the results of the tests that are over, and of the one in which it ended."""
    if outcome.tests is None:
        raise NotLoaded(outcome.candidate, fate(outcome.candidate))
    side = outcome.candidate if outcome.candidate.peak_bytes else outcome.tests
    results: list[Result] = []
    story.is_touched |= outcome.is_touched
    for report in outcome.reports:
        body = plain.decode(report.body)
        result = _of_report(story, body, outcome)
        if result is not None:
            results.append(replace(result, cpu_s=report.cpu_s, peak_bytes=side.peak_bytes))
    if not story.is_done:
        results.append(_of_end(story, outcome))
        story.ran += 1
    return results


def _of_report(story: _Story, body: Mapping[str, Any], outcome: DuetOutcome) -> Result | None:
    if "cannot" in body:
        raise TruthError(f"the tests cannot be run beside the program: {body['cannot']}")
    if "unloaded" in body:
        raise NotLoaded(outcome.tests or outcome.candidate, _of_unloaded(body["unloaded"]))
    if "broken" in body:
        story.is_done = True
        return _of_failure(body["broken"], is_touched=story.is_touched)
    if "name" not in body:
        story.names = body.get("collected", story.names)
        story.is_done |= "done" in body
        return None
    story.ran += 1
    story.skipped += "skipped" in body
    story.is_touched |= bool(body.get("touched"))
    return None if "skipped" in body else _of_test(body)


def _of_test(body: Mapping[str, Any]) -> Result:
    if body["passed"]:
        return Result(Verdict.CORRECT, why=f"{body['name']}: holds", name=body["name"])
    return replace(_of_failure(body, is_touched=body["touched"]), name=body["name"])


def _of_failure(failure: Mapping[str, Any], *, is_touched: bool) -> Result:
    """Say whose fault a failure is.

    Raises:
        TruthError: the tests', and nothing but theirs.
        Unavailable: a module that they import is not here.
    """
    kind, exception = failure["kind"], failure["exception"]
    what = f"{exception}: {failure['message']}" if failure["message"] else exception
    if kind == "module":
        raise Unavailable(f"the tests need a module that is not here: {what}")
    why = _told(failure, what)
    if kind == "missing":
        return Result(Verdict.RUNTIME_ERROR, why=why)
    if kind == "candidate":
        return Result(fate_of_raised(exception), flags=(EARLY_EXIT,) if exception == "SystemExit" else (), why=why)
    if not is_touched:
        raise TruthError(f"the tests fail before they call the program: {why}")
    return Result(Verdict.INCORRECT, why=why)


def _told(failure: Mapping[str, Any], what: str) -> str:
    """The line that failed, the two sides of its comparison, and the program's own frames where it raised."""
    place = f"line {failure['line']}, {failure['source']}: " if failure["line"] else ""
    sides = f"; {' and '.join(failure['values'])}" if failure["values"] else ""
    trace = f"; {failure['trace'].strip()}" if failure["trace"] else ""
    return f"{failure.get('name', 'the tests')}: {place}{what}{sides}{trace}"


def _of_unloaded(exception: str) -> Verdict:
    return Verdict.COMPILE_ERROR if exception in SYNTAX_ERRORS else fate_of_raised(exception)


def _of_end(story: _Story, outcome: DuetOutcome) -> Result:
    """Say what it means that the run ended in the middle of a test.

    Raises:
        TruthError: the tests' process ended, or was ended, before it asked the program for anything.
    """
    assert outcome.tests is not None
    name = story.names[story.ran] if story.ran < len(story.names) else "the tests"
    ended = outcome.candidate if outcome.is_stuck else outcome.tests
    who = "the program" if outcome.is_stuck else "the tests"
    verdict = fate(ended)
    why = f"{name}: {who} ended: {ended.status}"
    if not outcome.is_stuck and not story.is_touched:
        raise TruthError(f"the tests end by themselves: {ended.status}")
    flags = (EARLY_EXIT,) if ended.status in (Status.OK, Status.NONZERO_EXIT) else ()
    peak_bytes = outcome.candidate.peak_bytes
    return Result(verdict or Verdict.RUNTIME_ERROR, ended.cpu_s, peak_bytes, flags, why, told(ended), name)
