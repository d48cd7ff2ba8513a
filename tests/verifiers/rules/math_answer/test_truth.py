"""Every shape that data sets keep their golds in gives the answers it accepts."""

import pytest

from verifiers.base import TruthError
from verifiers.rules.math_answer import MathAnswer
from verifiers.rules.math_answer.truth import accepted_answers


@pytest.mark.parametrize(
    ("truth", "answers"),
    [
        ("5", ("5",)),
        (5, ("5",)),
        (0.1, ("0.1",)),
        (True, ("true",)),
        (["5", "five"], ("5", "five")),
        ('["5", "five"]', ("5", "five")),
        ("[1, 2]", ("[1, 2]",)),
        ({"reward_model": {"style": "rule", "ground_truth": "5"}}, ("5",)),
        ({"answer": "5", "solution": "long"}, ("5",)),
        ({"ground_truth": None, "answer": "5"}, ("5",)),
        ('{"answer": "5"}', ("5",)),
        ("He has 2+3.\n#### 5", ("5",)),
        (r"so $x=\boxed{5}$ holds", ("5",)),
        (r"$\boxed{1}$ and $\boxed{2}$", ("1, 2",)),
        (r"\{1,2\}", (r"\{1,2\}",)),
    ],
)
def test_a_shape_gives_its_answers(truth: object, answers: tuple[str, ...]) -> None:
    assert accepted_answers(truth) == answers


@pytest.mark.parametrize("truth", [[], [str(index) for index in range(100)], object(), [[[[[["5"]]]]]]])
def test_a_shape_that_nothing_uses_raises(truth: object) -> None:
    with pytest.raises(TruthError):
        accepted_answers(truth)


def test_an_integer_with_too_many_digits_raises() -> None:
    with pytest.raises(TruthError):
        accepted_answers(10**5000)


@pytest.mark.parametrize(
    ("truth", "kind"),
    [
        ("5", "number"),
        (r"2\sqrt{3}", "number"),
        ("x^2", "expression"),
        (r"\{1,2\}", "set"),
        ("(1,2)", "tuple"),
        ("[0,1)", "interval"),
        ("x>3", "inequality"),
        ("y=2x", "equation"),
        (r"\text{(B)}", "letter"),
        ("Mia and Leo", "text"),
    ],
)
def test_a_gold_has_its_kind(truth: str, kind: str) -> None:
    assert MathAnswer().kind(truth) == kind
