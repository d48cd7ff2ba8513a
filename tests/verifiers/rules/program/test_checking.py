"""A checker of the caller's decides, confined as any program; and the CPU time of all tests has a limit of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from sandbox.base import Outcome
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot
from verifiers.base import Run, Sample, Score, TruthError, Verdict
from verifiers.rules.program import Code

TRUTH = {"tests": [{"stdin": "6\n", "stdout": "2 3\n"}, {"stdin": "9\n", "stdout": "3 3\n"}]}
FACTORS = """
import sys
given, expected, actual = (open(path).read().split() for path in sys.argv[1:])
left, right = map(int, actual)
sys.exit(left * right != int(given[0]))
"""
BURN = "```python\nimport time\nstart = time.process_time()\nwhile time.process_time() - start < 0.3: pass\nprint('2 3')\n```"


@pytest.fixture(scope="module")
def slot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slot]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch")))
    yield sandbox.open_slot()
    sandbox.close()


def judge(slot: Slot, completion: str, truth: Any = TRUTH, **options: Any) -> Score:
    judging = msgspec.convert(options, Code).verify(Sample(completion), truth)
    answer: Any = None
    while True:
        try:
            work = judging.send(answer)  # type: ignore[union-attr]  # this rule always gives a generator
        except StopIteration as end:
            score: Score = end.value
            return score
        answer = tuple(_ran(slot, run) for run in work) if isinstance(work, tuple) else _ran(slot, work)


def _ran(slot: Slot, run: Run) -> Outcome:
    return slot.run(run.program, run.limits, run.stdin, run.requests)


def printing(text: str) -> str:
    return f"```python\nn = int(input())\nprint({text})\n```"


def checked(source: str) -> dict[str, Any]:
    return {"compare": {"checker": source}}


def test_a_checker_accepts_what_is_right_in_another_way(slot: Slot) -> None:
    assert judge(slot, printing("f'1 {n}'"), **checked(FACTORS)).verdict is Verdict.CORRECT


def test_a_checker_rejects_what_is_wrong(slot: Slot) -> None:
    score = judge(slot, printing("'2 2'"), **checked(FACTORS))
    assert (score.verdict, score.flags) == (Verdict.INCORRECT, ())


@pytest.mark.parametrize("output", ["'x'", "''", "'1 2 3'", "'\\x00'", "'9' * 10_000"])
def test_an_output_over_which_the_checker_crashes_is_wrong(slot: Slot, output: str) -> None:
    score = judge(slot, printing(output), **checked(FACTORS))
    assert (score.verdict, score.flags) == (Verdict.INCORRECT, ("checker_failed",))


@pytest.mark.parametrize("source", ["def (", "import nothing_of_the_kind", "1 / 0", "open('/etc/passwd')"])
def test_a_checker_that_fails_by_itself_is_a_bad_truth(slot: Slot, source: str) -> None:
    with pytest.raises(TruthError, match="the checker"):
        judge(slot, printing("'2 3'"), **checked(source))


def test_an_output_over_which_the_checker_takes_for_ever_is_wrong(slot: Slot) -> None:
    source = "import sys\nwhile 'loop' in open(sys.argv[3]).read(): pass"
    score = judge(slot, printing("'loop'"), **checked(source), time_limit_s=0.3)
    assert (score.verdict, score.flags) == (Verdict.INCORRECT, ("checker_failed",))


def test_the_judged_program_never_sees_the_files_of_the_checker(slot: Slot) -> None:
    completion = "```python\nimport os, sys\nprint(os.listdir(), sys.argv)\n```"
    source = "import sys\nsys.exit(open(sys.argv[3]).read() != \"[] ['solution.py']\\n\")"
    assert judge(slot, completion, **checked(source)).verdict is Verdict.CORRECT


def test_a_checker_goes_with_what_is_printed_only() -> None:
    truth = {"entry_point": "f", "tests": [{"args": [1], "expected": 1}]}
    with pytest.raises(TruthError, match="checker"):
        msgspec.convert(checked(FACTORS), Code).check_truth(truth)


@pytest.mark.parametrize("scoring", ["all", "fraction"])
def test_all_tests_together_are_held_to_a_total(slot: Slot, scoring: str) -> None:
    truth = {"tests": [{"stdin": "", "stdout": "2 3\n"}] * 5}
    score = judge(slot, BURN, truth, time_limit_s=0.5, total_time_limit_s=0.8, scoring=scoring)
    verdicts = [test["verdict"] for test in score.evidence["tests"]]
    assert verdicts[:3] == ["correct", "correct", "time_limit"]
    assert len(verdicts) == (3 if scoring == "all" else 5)
    assert sum(test["cpu_s"] for test in score.evidence["tests"]) < 1.0


def test_calls_are_held_to_a_total_too(slot: Slot) -> None:
    completion = "```python\nimport time\ndef f(x):\n    start = time.process_time()\n    while time.process_time() - start < 0.2: pass\n    return x\n```"
    truth = {"entry_point": "f", "tests": [{"args": [n], "expected": n} for n in range(20)]}
    score = judge(slot, completion, truth, total_time_limit_s=0.7, scoring="fraction")
    verdicts = [test["verdict"] for test in score.evidence["tests"]]
    assert len(verdicts) == 20
    assert 2 <= verdicts.count("correct") <= 4
    assert set(verdicts) == {"correct", "time_limit"}
