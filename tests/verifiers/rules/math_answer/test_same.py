"""The strict equality that votes are counted by is symmetric and forgives nothing."""

import pytest

from verifiers.base import Sample
from verifiers.rules.math_answer import MathAnswer

RULE = MathAnswer()


@pytest.mark.parametrize(
    ("a", "b"), [("1/2", "0.5"), (r"50\%", "0.5"), ("x^2-1", "(x-1)(x+1)"), (r"\{1,2\}", r"\{2,1\}")]
)
def test_equal_answers_are_the_same_both_ways(a: str, b: str) -> None:
    assert RULE.same(a, b)
    assert RULE.same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [(r"50\%", "50"), ("12 cm", "12"), (r"45^\circ", "45"), ("41.494", r"17+10\sqrt6"), ("1", "2"), ("1011_2", "1011")],
)
def test_what_is_forgiven_before_a_gold_is_not_the_same(a: str, b: str) -> None:
    assert not RULE.same(a, b)
    assert not RULE.same(b, a)


def test_the_answer_of_a_completion_is_read() -> None:
    assert RULE.read(Sample(r"So \boxed{\frac12}.")) == r"\frac12"


def test_a_completion_without_an_answer_reads_as_none() -> None:
    assert RULE.read(Sample(r"\boxed{3")) is None
