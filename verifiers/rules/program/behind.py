"""Test programs in other languages than Python: each stands behind the program, in one source, and runs in its process.

So nothing keeps the program from saying what the tests should: what comes of it is flagged `forgeable`. It passes when
it ends well, and nothing that it wrote says otherwise in the way of its language.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace

from sandbox.base import Limits, Outcome, Program
from verifiers.base import Run, TruthError, Verdict, Work
from verifiers.rules.program.results import Result, shown
from verifiers.rules.program.suites import FORGEABLE
from verifiers.rules.program.verdicts import fate, last_line

# What a language's own assertions write where they do not hold. JavaScript's console.assert goes on and exits with 0.
FAILED = {
    "javascript": re.compile(rb"(?m)^(?:Assertion failed|AssertionError|Error at \d)"),
    "typescript": re.compile(rb"(?m)^(?:Assertion failed|AssertionError|Error at \d)"),
    "c": re.compile(rb"Assertion [`'].*failed"),
    "cpp": re.compile(rb"Assertion [`'].*failed"),
    "java": re.compile(rb"AssertionError|Exception -- test case"),
    "rust": re.compile(rb"assertion .*failed|test result: FAILED"),
}
NO_TESTS = re.compile(rb"(?m)^running 0 tests$")
TESTS_ITSELF = ("rust",)  # whose compiler makes a program of the tests in a source
IMPORT = re.compile(r"(?m)^[ \t]*import[ \t][^;\n]*;")


def run_behind(program: Program, test: str, limits: Limits) -> Generator[Work, Outcome, Result]:
    """Run the program with the test behind it.

    Raises:
        TruthError: there is nothing in the test that is run.
    """
    language = program.language
    source = joined(language, program.source, test)
    outcome = yield Run(Program(language, source, is_test=language in TESTS_ITSELF), b"", limits)
    if language in TESTS_ITSELF and NO_TESTS.search(outcome.stdout):
        raise TruthError("the test program holds no tests")
    result = Result(_verdict(language, outcome), outcome.cpu_s, outcome.peak_bytes, (FORGEABLE,))
    return replace(result, why=f"ended with {outcome.status}, standard error ends {shown(last_line(outcome))}")


def joined(language: str, source: str, test: str) -> str:
    """One source of both: Java takes imports only at its top."""
    if language != "java":
        return f"{source}\n{test}\n"
    imports = dict.fromkeys(found.strip() for found in IMPORT.findall(test))
    return "\n".join([*imports, source, IMPORT.sub("", test)])


def _verdict(language: str, outcome: Outcome) -> Verdict:
    verdict = fate(outcome)
    written = outcome.stdout + b"\n" + outcome.stderr
    says_failed = language in FAILED and FAILED[language].search(written) is not None
    if verdict in (None, Verdict.RUNTIME_ERROR) and says_failed:
        return Verdict.INCORRECT
    if verdict is None and (outcome.stderr_cut or outcome.stdout_cut):
        return Verdict.OUTPUT_LIMIT  # what says otherwise may be in what was cut
    return verdict or Verdict.CORRECT
