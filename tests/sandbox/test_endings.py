"""How a program ended is said as it was: one word for each fate."""

from __future__ import annotations

import pytest

from sandbox.base import LanguageUnavailable, Limits, Program, Status
from sandbox.slot import Slot
from tests.sandbox.conftest import RunPython


def test_a_program_that_ends_well_is_ok(run: RunPython) -> None:
    outcome = run("print(6 * 7)")
    assert (outcome.status, outcome.exit_code, outcome.signal) == (Status.OK, 0, None)
    assert (outcome.stdout, outcome.stderr) == (b"42\n", b"")


@pytest.mark.parametrize(("code", "expected"), [("3", 3), ("-1", 255), ("True", 1)])
def test_an_exit_code_is_passed_on(run: RunPython, code: str, expected: int) -> None:
    outcome = run(f"import sys\nsys.exit({code})")
    assert (outcome.status, outcome.exit_code) == (Status.NONZERO_EXIT, expected)


@pytest.mark.parametrize("ending", ["sys.exit()", "sys.exit(0)", "sys.exit(None)", "raise SystemExit", "exit()"])
def test_an_exit_without_a_code_is_ok(run: RunPython, ending: str) -> None:
    assert run(f"import sys\n{ending}").status is Status.OK


def test_an_exit_with_a_text_prints_it_and_fails(run: RunPython) -> None:
    outcome = run("import sys\nsys.exit('no luck')")
    assert (outcome.status, outcome.exit_code, outcome.stderr) == (Status.NONZERO_EXIT, 1, b"no luck\n")


def test_an_uncaught_exception_shows_the_program_s_lines_and_none_of_ours(run: RunPython) -> None:
    outcome = run("def half(x):\n    return x / 0\nhalf(1)\n")
    assert (outcome.status, outcome.exit_code) == (Status.NONZERO_EXIT, 1)
    assert b'File "solution.py", line 2, in half\n    return x / 0\n' in outcome.stderr
    assert outcome.stderr.endswith(b"ZeroDivisionError: division by zero\n")
    assert b"sandbox" not in outcome.stderr


@pytest.mark.parametrize("source", ["def f(:", "  x = 1\n y = 2", "x = '\0'", "\udc80", "(" * 300, "-" * 100_000 + "1"])
def test_source_that_is_no_program_is_a_compile_error(run: RunPython, source: str) -> None:
    outcome = run(source)
    assert outcome.status is Status.COMPILE_ERROR
    assert b"Error" in outcome.stderr


def test_a_syntax_error_raised_by_the_program_itself_is_no_compile_error(run: RunPython) -> None:
    assert run("exec('def f(:')").status is Status.NONZERO_EXIT


def test_a_signal_is_named(run: RunPython) -> None:
    outcome = run("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)")
    assert (outcome.status, outcome.exit_code, outcome.signal) == (Status.SIGNALLED, None, 15)


def test_an_unknown_language_is_ours_to_answer_for(slot: Slot) -> None:
    with pytest.raises(LanguageUnavailable, match=r"no language 'brainfuck'; known: .*python"):
        slot.run(Program("brainfuck", "+"), Limits())


def test_what_a_program_says_of_its_fate_cannot_make_it_our_failure(run: RunPython) -> None:
    forging = "import os\nfor d in range(3, 9):\n    try: os.write(d, b'R' * 64)\n    except OSError: pass\nos._exit(0)"
    assert run(forging).status is Status.OK


def test_one_program_does_the_same_each_time(run: RunPython) -> None:
    source = "import random\nprint(random.random(), hash('x'), list({'a', 'b', 'c', 'd'}))"
    assert run(source).stdout == run(source).stdout


def test_runs_share_nothing(run: RunPython) -> None:
    run("import builtins, math\nbuiltins.left = 1\nmath.pi = 3\nopen('left', 'w').close()")
    outcome = run("import builtins, math, os\nprint(hasattr(builtins, 'left'), math.pi > 3, os.listdir('.'))")
    assert outcome.stdout == b"False True []\n"
