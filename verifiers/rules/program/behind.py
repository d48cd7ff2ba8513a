"""Test programs in other languages than Python: each stands behind the program, in one source, and runs in its process.

So nothing keeps the program from saying what the tests should: what comes of it is flagged `forgeable`. It passes when
it ends well, and nothing that it wrote says otherwise in the way of its language.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace

from sandbox.base import Limits, Outcome, Program, Status
from verifiers.base import Run, TruthError, Verdict, Work
from verifiers.rules.program.joining import joined
from verifiers.rules.program.results import Result
from verifiers.rules.program.suites import FORGEABLE
from verifiers.rules.program.truth import BehindTest
from verifiers.rules.program.verdicts import fate, told

# What a language's own assertions write where they do not hold. JavaScript's console.assert goes on and exits with 0.
FAILED = {
    "javascript": re.compile(rb"(?m)^(?:Assertion failed|AssertionError|Error at \d)"),
    "typescript": re.compile(rb"(?m)^(?:Assertion failed|AssertionError|Error at \d)"),
    "c": re.compile(rb"Assertion [`'].*failed"),
    "cpp": re.compile(rb"Assertion [`'].*failed"),
    "java": re.compile(rb"AssertionError|Exception -- test case"),
    "rust": re.compile(rb"assertion .*failed|test result: FAILED"),
    "go": re.compile(rb"(?m)^--- FAIL"),
}
# An end that comes too soon; or the first error, for behind a name that is not known yet much is called unexpected.
_IN_C = re.compile(
    rb"(?s)at end of input|missing terminating|unterminated|\A(?:(?!error: ).)*error: (?:expected|stray)"
)
# By which a language says of a source that it does not even parse, whatever the names in it mean.
UNPARSED = {
    "javascript": re.compile(rb"SyntaxError"),
    "typescript": re.compile(rb"error TS1\d\d\d\b"),
    "c": _IN_C,
    "cpp": _IN_C,
    "java": re.compile(rb"error: .*(?:expected|reached end of file|illegal start|unclosed|not a statement)"),
    "rust": re.compile(
        rb"(?m)^error: (?:expected|this file contains an un|mismatched|unexpected|unterminated|unknown)"
    ),
    "go": re.compile(rb"syntax error|expected "),
    "bash": re.compile(rb"syntax error near unexpected|syntax error: unexpected end|unexpected EOF"),
}
# Where a test program holds tests of its language's own kind, the compiler makes a program of them.
OWN_TESTS = {
    "rust": re.compile(r"#\[test\]"),
    "go": re.compile(r"(?m)^func[ \t]+Test\w*\([ \t]*\w+[ \t]+\*testing\.T[ \t]*\)"),
}
MAIN = {"rust": re.compile(r"\bfn\s+main\b"), "go": re.compile(r"\bfunc\s+main\b")}
NO_TESTS = re.compile(rb"(?m)^running 0 tests$")


def run_behind(program: Program, test: BehindTest, limits: Limits) -> Generator[Work, Outcome, Result]:
    """Run the program with the test behind it.

    Raises:
        TruthError: there is nothing in the test that is run, it does not parse, or it passes without the program.
    """
    language = program.language
    if language in OWN_TESTS and not OWN_TESTS[language].search(test.source) and not MAIN[language].search(test.source):
        raise TruthError("the test program holds no tests")
    outcome = yield _run(language, program.source, test, limits)
    if NO_TESTS.search(outcome.stdout) and language == "rust":
        raise TruthError("the test program holds no tests")
    verdict = _verdict(language, outcome)
    yield from _check_test(language, test, verdict, outcome, limits)
    why = f"ended with {outcome.status}"
    return Result(verdict, outcome.cpu_s, outcome.peak_bytes, (FORGEABLE,), why, said=told(outcome))


def _run(language: str, source: str, test: BehindTest, limits: Limits) -> Run:
    is_test = language in OWN_TESTS and OWN_TESTS[language].search(test.source) is not None
    return Run(Program(language, joined(language, source, test.source), is_test=is_test), b"", limits)


def _check_test(
    language: str, test: BehindTest, verdict: Verdict, outcome: Outcome, limits: Limits
) -> Generator[Work, Outcome, None]:
    """Look at the test alone where it may be at fault for what came of both, or for nothing having come of it."""
    unparsed = UNPARSED[language]
    may_be_unparsed = verdict in (Verdict.COMPILE_ERROR, Verdict.RUNTIME_ERROR) and unparsed.search(outcome.stderr)
    may_be_idle = verdict is Verdict.CORRECT and not test.names_entry
    if not (may_be_unparsed or may_be_idle):
        return
    alone: Outcome = yield _run(language, "", test, replace(limits, cpu_s=min(limits.cpu_s, 10.0)))
    if may_be_idle and _verdict(language, alone) is Verdict.CORRECT:
        raise TruthError("the tests pass without the program")
    if alone.status is not Status.OK and unparsed.search(alone.stderr):
        raise TruthError(f"the test program does not parse: {told(alone)}")


def _verdict(language: str, outcome: Outcome) -> Verdict:
    verdict = fate(outcome)
    written = outcome.stdout + b"\n" + outcome.stderr
    says_failed = language in FAILED and FAILED[language].search(written) is not None
    if verdict in (None, Verdict.RUNTIME_ERROR) and says_failed:
        return Verdict.INCORRECT
    if verdict is None and (outcome.stderr_cut or outcome.stdout_cut):
        return Verdict.OUTPUT_LIMIT  # what says otherwise may be in what was cut
    return verdict or Verdict.CORRECT
