"""What the rule notes beside its verdict: limits that were met, and what a look at the source shows."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.base import Outcome, Status
from verifiers.base import Sample, Score, Verdict
from verifiers.rules.program import Code

LISTS = {"entry_point": "f", "tests": [{"args": [[4, 1, 9]], "expected": 8}, {"args": [[2, 2]], "expected": 0}]}
SMALL = {"entry_point": "f", "tests": [{"args": [n], "expected": n * n} for n in (2, 3, 5)]}
TEXTS = {"entry_point": "f", "tests": [{"args": ["hello"], "expected": "olleh"}]}
MODES = {"entry_point": "f", "tests": [{"args": ["hello there", "upper"], "expected": "HELLO THERE"}]}
ASSERTS = {"asserts": ["assert f(1234) == 4321", "assert sorted(f((7, 1, 8, 2))) == [1, 2]"]}
STDIN = {"tests": [{"stdin": "3\n14 15 92\nadd\n", "stdout": "121\n"}, {"stdin": "1\n6\nadd\n", "stdout": "6\n"}]}


def judge(source: str, truth: Any, status: Status = Status.NONZERO_EXIT, label: str = "python") -> Score:
    """Judge a program all of whose runs end in the same way."""
    judging = Code(scoring="fraction").verify(Sample(f"```{label}\n{source}\n```"), truth)
    answer: Any = None
    while True:
        try:
            work = judging.send(answer)
        except StopIteration as end:
            score: Score = end.value
            return score
        outcome = Outcome(status, 1)
        answer = tuple(outcome for _ in work) if isinstance(work, tuple) else outcome


@pytest.mark.parametrize(
    ("status", "flag"),
    [
        (Status.CPU_TIME_EXCEEDED, "timeout"),
        (Status.WALL_TIME_EXCEEDED, "timeout"),
        (Status.MEMORY_EXCEEDED, "memory_limit"),
        (Status.OUTPUT_EXCEEDED, "output_limit"),
    ],
)
def test_a_limit_that_was_met_is_flagged(status: Status, flag: str) -> None:
    for truth in (STDIN, LISTS):
        assert judge("def f(x):\n    return x", truth, status).flags == (flag,)


def test_an_ordinary_failure_is_no_limit() -> None:
    assert judge("def f(x):\n    return x", STDIN).flags == ()


@pytest.mark.parametrize(
    "source",
    [
        "import inspect\ndef f(x):\n    return inspect.stack()",
        "from ctypes import *\ndef f(x): pass",
        "import sys\ndef f(x):\n    return sys._getframe(1).f_locals",
        "def f(x):\n    return getattr(__import__('sys'), '_getframe')(1)",
        "from gc import get_objects\ndef f(x): pass",
        "def f(x):\n    return f.__globals__",
        "def f(x):\n    return open('/proc/self/environ').read()",
        "def f(x):\n    return __import__('inspect')",
    ],
)
def test_looking_into_the_process_is_introspection(source: str) -> None:
    assert judge(source, LISTS).flags == ("introspection",)


@pytest.mark.parametrize(
    "source",
    [
        "import gc, sys\ngc.disable()\nsys.setrecursionlimit(10000)\ndef f(x):\n    return x.__class__",
        "def f(x):\n    # inspect each of them\n    inspect = max(x)\n    return inspect",
    ],
)
def test_ordinary_use_of_the_interpreter_is_no_introspection(source: str) -> None:
    assert judge(source, LISTS).flags == ()


@pytest.mark.parametrize(
    "source",
    [
        "with open('conftest.py', 'w') as file:\n    file.write('x')",
        "path = '/srv/tests/check.py'\nopen(path, mode='a').write('x')",
        "from pathlib import Path\nPath('test_solution.py').write_text('')",
        "import os\nos.replace('mine.py', 'solution_test.py')",
    ],
)
def test_writing_files_of_tests_is_flagged(source: str) -> None:
    assert judge(source, STDIN).flags == ("writes_test_files",)


@pytest.mark.parametrize(
    "source",
    [
        "print(open('tests/data.txt').read())",
        "tests = int(input())\nopen('out.txt', 'w').write('latest.')",
        "print('conftest.py'.replace('test', ''))",
    ],
)
def test_reading_tests_or_writing_other_files_is_not_flagged(source: str) -> None:
    assert judge(source, STDIN).flags == ()


@pytest.mark.parametrize(
    ("source", "truth"),
    [
        ("def f(x):\n    if x == [4,1,9]:\n        return 8\n    return 0", LISTS),
        ("def f(x):\n    return {(4, 1, 9): 8}.get(tuple(x), 0)", LISTS),
        ("def f(x):\n    return 8 if (4, 1, 9) == tuple(x) else 0", LISTS),
        ("def f(n):\n    if n == 2: return 4\n    if n == 3: return 9\n    if n == 5: return 25", SMALL),
        (
            "def f(n):\n    match n:\n        case 2: return 4\n        case 3: return 9\n        case 5: return 25",
            SMALL,
        ),
        ('def f(s):\n    if s == "hello": return "olleh"', TEXTS),
        ("def f(s, mode):\n    if s in ('hello there', 'x'): return 'HELLO THERE'", MODES),
        ("def f(n):\n    return 4321 if n == 1234 else 0", ASSERTS),
        ("def f(n):\n    return [1, 2] if n == (7, 1, 8, 2) else 0", ASSERTS),
        ("input()\nif list(map(int, input().split())) == [14, 15, 92]: print(121)", STDIN),
        ("if input() + input() == '314 15 92' or input() == '14 15 92': print(121)", STDIN),
        ("import sys\nif sys.stdin.read().strip() == '3\\n14 15 92\\nadd': print(121)", STDIN),
    ],
)
def test_comparing_with_an_input_of_the_tests_is_hardcoded(source: str, truth: Any) -> None:
    assert judge(source, truth).flags == ("hardcoded_example",)


@pytest.mark.parametrize(
    ("source", "truth"),
    [
        ("def f(x):\n    return max(x) - min(x)  # f([4, 1, 9]) == 8", LISTS),
        ("def f(x):\n    if x == []: return 0\n    values = [4, 1, 9]\n    return len(values)", LISTS),
        ("def f(n):\n    if n == 0 or n == 1 or n == 2: return n\n    return n * n", SMALL),
        ('def f(s):\n    return sum(c in "hello" for c in s)', TEXTS),
        ("def f(s, mode):\n    if mode == 'upper': return s.upper()", MODES),
        ("def f(n):\n    return n if n < 1234 else 0", ASSERTS),
        ("n = int(input())\nnums = input()\nif input() == 'add': print(sum(map(int, nums.split())))", STDIN),
    ],
)
def test_ordinary_conditions_are_not_hardcoded(source: str, truth: Any) -> None:
    assert judge(source, truth).flags == ()


@pytest.mark.parametrize(
    ("source", "label"),
    [
        ("import inspect\ndef f(x:", "python"),
        ("import inspect\n" + "x = 1\n" * 10_000, "python"),
        ("import inspect\nx = " + "-" * 20_000 + "1", "python"),
        ("import inspect\nx = " + "a" + ".a" * 10_000, "python"),
        ("import inspect\nx = " + "[" * 10_000 + "]" * 10_000, "python"),
    ],
)
def test_what_cannot_be_read_is_not_flagged(source: str, label: str) -> None:
    assert judge(source, LISTS, label=label).flags == ()


def test_flags_change_no_score() -> None:
    truth = {"tests": [{"stdin": "314159\n", "stdout": ""}]}
    score = judge("if input() == '314159': pass", truth, Status.OK)
    assert (score.verdict, score.value, score.flags) == (Verdict.CORRECT, 1.0, ("hardcoded_example",))


def test_huge_inputs_cost_nothing() -> None:
    tests = [{"args": [list(range(100_000)), 10**3000, "x" * 10**6], "expected": 1} for _ in range(3)]
    assert judge("def f(x, y, z):\n    return x == 3", {"entry_point": "f", "tests": tests}).flags == ()
