"""Programs filed under the verdict that they must get, run in a real sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sandbox.base import DuetOutcome, Outcome
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot
from verifiers.base import Duet, Piece, Sample, Score, Unavailable
from verifiers.rules.program import Code

CORPUS = Path(__file__).parents[3] / "corpus" / "code"
PROGRAMS = sorted(CORPUS.glob("*/*/*.py"))


@pytest.fixture(scope="module")
def slot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slot]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch"), allow_weak=True))
    yield sandbox.open_slot()
    sandbox.close()


@pytest.fixture
def judge(slot: Slot) -> Callable[..., Score]:
    def judged(completion: str, truth: Any, **options: Any) -> Score:
        judging = msgspec.convert(options, Code).verify(Sample(completion), truth)
        answer: Any = None
        while True:
            try:
                work = judging.send(answer)  # type: ignore[union-attr]  # this rule always gives a generator
            except StopIteration as end:
                score: Score = end.value
                return score
            answer = tuple(map(run, work)) if isinstance(work, tuple) else run(work)

    def run(work: Piece) -> Outcome | DuetOutcome:
        if isinstance(work, Duet):
            return slot.run_duet(work.candidate, work.tests, work.limits, together=work.together)
        return slot.run(work.program, work.limits, work.stdin, work.requests)

    return judged


def test_the_corpus_is_there() -> None:
    assert len(PROGRAMS) > 50


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_program_gets_the_verdict_that_it_is_filed_under(path: Path, judge: Callable[..., Score]) -> None:
    task = json.loads((path.parents[1] / "task.json").read_text())
    score = judge(f"```python\n{path.read_text()}```", task["ground_truth"], **task["options"])
    assert score.verdict == path.parent.name, score.steps


def test_the_fate_of_each_test_is_kept_with_its_time_and_memory(judge: Callable[..., Score]) -> None:
    truth = {"entry_point": "f", "tests": [{"args": [n], "expected": n} for n in range(4)]}
    source = "def f(n):\n    while n == 1:\n        pass\n    return 1 // (n - 2) and n"
    score = judge(source, truth, scoring="fraction", time_limit_s=0.5)
    verdicts = [test["verdict"] for test in score.evidence["tests"]]
    assert verdicts == ["correct", "time_limit", "runtime_error", "correct"]
    assert score.value == 0.5
    assert 0.4 < score.evidence["tests"][1]["cpu_s"] < 2


def test_a_setup_that_needs_a_module_that_nobody_has_is_not_the_programs_fault(judge: Callable[..., Score]) -> None:
    truth = {"asserts": ["assert f() == 1"], "setup": "import no_such_module_anywhere"}
    with pytest.raises(Unavailable, match="no_such_module_anywhere"):
        judge("def f(): return 1", truth)
