"""What CONTRIBUTING.md shows is a verifier that works."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from verifiers.base import Sample, TruthError, Verdict, Verifier

PAGE = Path(__file__).parents[1] / "CONTRIBUTING.md"


@pytest.fixture
def rule(monkeypatch: pytest.MonkeyPatch) -> Any:
    source = PAGE.read_text(encoding="utf-8").partition("```python\n")[2].partition("\n```\n")[0]
    module = ModuleType("shown_in_contributing")
    monkeypatch.setitem(sys.modules, module.__name__, module)  # dataclasses look their module up
    exec(compile(source, PAGE.name, "exec"), module.__dict__)
    return module.ExactAnswer()


def test_the_verifier_shown_to_contributors_is_one(rule: Any) -> None:
    assert isinstance(rule, Verifier)


def test_its_example_scores_one(rule: Any) -> None:
    score = rule.verify(Sample(rule.example["completion"]), rule.example["ground_truth"])
    assert (score.verdict, score.value, score.answer) == (Verdict.CORRECT, 1.0, "blue")


@pytest.mark.parametrize(
    ("completion", "verdict"),
    [
        ("\\boxed{Blue}", Verdict.INCORRECT),
        ("blue", Verdict.NO_ANSWER),
        ("\\boxed{blue", Verdict.NO_ANSWER),
        ("", Verdict.NO_ANSWER),
    ],
)
def test_it_says_why_a_completion_scores_zero(rule: Any, completion: str, verdict: Verdict) -> None:
    assert rule.verify(Sample(completion), "blue").verdict is verdict


def test_a_ground_truth_that_is_no_text_is_the_callers_fault(rule: Any) -> None:
    with pytest.raises(TruthError, match="not int"):
        rule.verify(Sample("\\boxed{1}"), 1)
