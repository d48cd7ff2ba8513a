"""From scores to a reward."""

from __future__ import annotations

import pytest

from verifiers.base import Score, Verdict
from verifiers.recipes.combine import Combine, Component, Recipe, reward

RIGHT, WRONG = Score(Verdict.CORRECT, 1.0), Score(Verdict.INCORRECT, 0.0)
HALF = Score(Verdict.PARTIAL, 0.5)
NULL = Score(Verdict.UNAVAILABLE, None, detail="no compiler")
LEFT_OUT = Score(Verdict.NOT_APPLICABLE, None)


def recipe(*components: Component, combine: Combine = Combine.SUM) -> Recipe:
    return Recipe("r", components, combine)


def part(name: str, weight: float = 1.0, **more: object) -> Component:
    return Component(name, "math", weight=weight, **more)  # type: ignore[arg-type]  # fields of Component


def test_a_sum_weighs_each_score() -> None:
    assert reward(recipe(part("a", 2.0), part("b", 0.5)), [RIGHT, HALF]).value == 2.25


def test_a_product_multiplies_contributions() -> None:
    assert reward(recipe(part("a", 2.0), part("b"), combine=Combine.PRODUCT), [RIGHT, HALF]).value == 1.0


def test_lexicographic_ignores_weights_and_steps_down_by_tens() -> None:
    made = reward(recipe(part("a", 9.0), part("b", 9.0), combine=Combine.LEXICOGRAPHIC), [WRONG, RIGHT])
    assert made.value == pytest.approx(0.1)


def test_a_gate_below_one_makes_the_reward_zero() -> None:
    gated = recipe(part("a"), part("g", 0.0, gate=True))
    assert reward(gated, [RIGHT, HALF]).value == 0.0
    assert reward(gated, [RIGHT, RIGHT]).value == 1.0


def test_an_abstaining_component_makes_the_reward_null_before_gates_are_looked_at() -> None:
    made = reward(recipe(part("a"), part("g", gate=True)), [NULL, WRONG])
    assert made.value is None
    assert made.error is not None
    assert (made.error.code, made.error.message, made.error.retryable) == (Verdict.UNAVAILABLE, "no compiler", False)


def test_what_is_not_applicable_weighs_nothing_and_never_makes_the_reward_null() -> None:
    assert reward(recipe(part("a"), part("b", 5.0)), [RIGHT, LEFT_OUT]).value == 1.0


def test_range_maps_a_score_onto_what_the_paper_pays() -> None:
    dapo = recipe(part("a", range=(-1.0, 1.0)))
    assert [reward(dapo, [score]).value for score in (WRONG, HALF, RIGHT)] == [-1.0, 0.0, 1.0]


def test_values_pay_a_number_for_a_verdict() -> None:
    logic = recipe(part("a", values={"correct": 2.0, "incorrect": -1.5}))
    assert [reward(logic, [score]).value for score in (RIGHT, WRONG)] == [2.0, -1.5]


def test_unshaped_leaves_the_shaping_terms_out() -> None:
    made = reward(recipe(part("a"), part("length", 0.5, shaping=True)), [RIGHT, HALF])
    assert (made.value, made.unshaped) == (1.25, 1.0)


def test_a_deadline_is_retryable() -> None:
    made = reward(recipe(part("a")), [Score(Verdict.DEADLINE, None)])
    assert made.error is not None
    assert made.error.retryable


def test_a_score_cannot_have_a_value_and_abstain() -> None:
    with pytest.raises(ValueError, match="does not go with"):
        Score(Verdict.BAD_TRUTH, 0.0)
    with pytest.raises(ValueError, match="does not go with"):
        Score(Verdict.CORRECT, None)
