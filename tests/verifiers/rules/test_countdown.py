from __future__ import annotations

import pytest

from verifiers.base import Sample, Score, TruthError, Verdict
from verifiers.rules.countdown import Countdown

TRUTH = {"numbers": [1, 4, 5, 13], "target": 24}


def judged(answer: str, truth: object = TRUTH, rule: Countdown | None = None) -> Score:
    return (rule or Countdown()).verify(Sample(answer), truth)


@pytest.mark.parametrize(
    "answer",
    [
        "(13 - 5) * (4 - 1)",
        "(13-5)*(4-1) = 24",
        "24 = (13 - 5) * (4 - 1)",
        "(13 - 5) * (4 - 1) = 8 * 3 = 24",
        "<think>13 + 5?</think><answer>(13 - 5) × (4 − 1)</answer>",
        "\\boxed{(13-5)\\times(4-1)}",
        "$\\boxed{\\left(13-5\\right) \\cdot (4-1) = 24}$",
        "Steps:\n13 - 5 = 8\n4 - 1 = 3\nAnswer: (13 - 5) * (4 - 1) = 24",
        "The answer is (13 - 5) * (4 - 1).",
    ],
)
def test_an_equation_that_reaches_the_target_is_right(answer: str) -> None:
    assert judged(answer).verdict is Verdict.CORRECT, judged(answer).detail


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("(13 - 5) * (4 - 1) * 1", "1 is not there"),
        ("13 + 5 + 4 + 1", "it says 23"),
        ("(13 - 5) * 3", "3 is not there"),
        ("4 * 5 + 4", "4 is not there"),
        ("24", "24 is not there"),
        ("13 + 5 + 4 + 1 = 24", "it says 23"),
        ("(13 - 5) * (4 - 1) = 25", "it says 25"),
        ("13 + 5*(1 - 4)**2", "stands where a number should"),
        ("4 / (1 - 1)", "divides by zero"),
        ("((13 - 5) * (4 - 1)", "not closed"),
        ("(13 - 5) * (4 - 1) or 13 + 11", "neither a whole number"),
        ("__import__('os')", "neither a whole number"),
        ("Not possible", "neither a whole number"),
        ("13 - - - - 5", "it says 18"),
        ("(" * 100_000, "more than"),
        ("9" * 500 + "*1", "neither|operation"),
        ("<answer>(13 - 5) * (4 - 1)</answer><answer>1</answer>", "2 answer blocks"),
    ],
)
def test_anything_else_is_wrong(answer: str, why: str) -> None:
    score = judged(answer)
    assert score.verdict is Verdict.INCORRECT
    assert any(part in score.detail for part in why.split("|")), score.detail


@pytest.mark.parametrize("answer", ["", "<think>24", "<answer></answer>", "\\boxed{}"])
def test_without_an_equation_there_is_no_answer(answer: str) -> None:
    assert judged(answer).verdict is Verdict.NO_ANSWER


def test_numbers_may_be_left_over_where_that_is_asked_for() -> None:
    truth = {"nums": [2, 12, 7], "target": 24}
    assert judged("2 * 12", truth).verdict is Verdict.INCORRECT
    assert judged("2 * 12", truth, Countdown(use="some")).verdict is Verdict.CORRECT
    assert judged("12 + 12", truth, Countdown(use="some")).verdict is Verdict.INCORRECT


def test_division_is_exact() -> None:
    assert judged("8 / (3 - 8 / 3)", {"numbers": [3, 3, 8, 8], "target": 24}).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "truth",
    [
        None,
        "24",
        {"target": 24},
        {"numbers": [], "target": 24},
        {"numbers": [1.5], "target": 1},
        {"numbers": [1], "target": None},
        {"numbers": [True], "target": 1},
        {"numbers": [1], "target": float("inf")},
    ],
)
def test_a_ground_truth_that_is_no_puzzle_cannot_be_judged(truth: object) -> None:
    with pytest.raises(TruthError):
        judged("1", truth)


def test_a_row_holds_its_puzzle() -> None:
    row = {"reward_model": {"ground_truth": TRUTH}}
    assert judged("(13 - 5) * (4 - 1)", row).verdict is Verdict.CORRECT
