"""Bounds hold before anything parses, and inputs that hang other graders are answered at once."""

import time

import pytest

from verifiers.base import Sample, TruthError, Verdict
from verifiers.rules.math_answer import MathAnswer
from verifiers.rules.math_answer.bound import MAX_ANSWER_CHARS, over_bounds, without_redundant_brackets

RULE = MathAnswer()
NESTED_ROOTS = "\\sqrt{1+" * 30 + "2" + "}" * 30
HANGING = [
    "9^{9^{9^9}}",
    "(10^6)!",
    "((9!)!)!",
    r"\binom{10^9}{5\cdot10^8}",
    r"2^{10^{10}} \bmod 7",
    r"\sum_{k=1}^{10^9} 1/k",
    r"\int e^{\sin x^{\cos x}}",
    "(x+y+z)^{400}",
    "".join(f"(x+{index})" for index in range(1, 61)),
    NESTED_ROOTS,
    r"\sqrt[10^9]{2}",
    "1" * 5000,
    "(" * 5000,
    r"\frac{" * 5000,
    "1e999999999",
    "0.(" + "3" * 3000 + ")",
    "x^x^x^x^x",
    r"\sin(" * 30 + "x" + ")" * 30,
    "+".join(f"{index}x^{{{index}}}" for index in range(1, 250)),
    r"\{1..10^9\}",
    "x" + "!" * 3000,
    "/".join(["1"] * 1900),
    "-" * 3000 + "1",
    r"\pm" * 1000 + "1",
    r"\tan(10^{100000})",
]


@pytest.mark.parametrize("answer", HANGING, ids=lambda text: text[:30])
@pytest.mark.parametrize("gold", ["5", "x^2+1", "(1,2)"])
def test_a_hanging_answer_is_judged_within_the_budget(answer: str, gold: str) -> None:
    started = time.process_time()

    score = RULE.verify(Sample(f"\\boxed{{{answer}}}"), gold)

    assert score.value == 0.0
    assert time.process_time() - started < RULE.cpu_budget_s


def test_an_answer_over_the_length_is_no_answer() -> None:
    score = RULE.verify(Sample(f"\\boxed{{{'1+' * MAX_ANSWER_CHARS}1}}"), "5")

    assert score.verdict is Verdict.NO_ANSWER
    assert "characters" in score.detail


def test_redundant_brackets_are_no_nesting() -> None:
    assert RULE.verify(Sample(f"\\boxed{{{'(' * 200}5{')' * 200}}}"), "5").verdict is Verdict.CORRECT


def test_the_outer_of_two_bracket_pairs_is_dropped() -> None:
    assert without_redundant_brackets("((x)+((y)))") == "((x)+(y))"


def test_a_point_of_points_keeps_its_brackets() -> None:
    assert without_redundant_brackets("((1,2),(3,4))") == "((1,2),(3,4))"


@pytest.mark.parametrize("text", ["1" * 1001, "x" + "^{2" * 60 + "}" * 60, "[" * 50])
def test_the_bound_that_is_passed_is_named(text: str) -> None:
    assert over_bounds(text, 10_000)


@pytest.mark.parametrize(
    "truth", ["", "  ", None, [], {}, {"question": "?"}, float("nan"), r"\frac{1}{2", "1" * 30_000]
)
def test_a_ground_truth_that_cannot_be_read_raises(truth: object) -> None:
    with pytest.raises(TruthError):
        RULE.verify(Sample(r"\boxed{5}"), truth)
