"""Shaping that lifts a wrong completion above a right one: seen by arithmetic, before any run."""

from __future__ import annotations

from typing import Any

import pytest

from verifiers.recipes.catalogue import BadRecipe, Recipes
from verifiers.registry import Registry

ACCURACY = {"name": "accuracy", "verifier": "$sample"}
FORMAT = {"name": "format", "verifier": "format"}


@pytest.fixture(scope="module")
def recipes() -> Recipes:
    return Recipes.load(Registry.discover())


def language(weight: float, **more: Any) -> dict[str, Any]:
    return {"name": "language", "verifier": "language", "weight": weight, **more}


def test_the_literature_s_recipes_are_marked_where_good_form_out_earns_a_right_answer(recipes: Recipes) -> None:
    assert {name for name, recipe in recipes.by_name.items() if recipe.pays_wrong} == {"r1", "open-r1"}


@pytest.mark.parametrize(
    "components",
    [
        [ACCURACY, language(1.5)],
        [ACCURACY, language(-2.0)],
        [ACCURACY, FORMAT, language(0.6), {"name": "r", "verifier": "repetition", "weight": 0.6}],
        [ACCURACY, {**FORMAT, "weight": 3.0, "shaping": True}],
        [{**ACCURACY, "range": [-1, 1]}, language(1.0, range=[-10, 10])],
        [{**ACCURACY, "weight": -1.0}, language(0.1)],
        [ACCURACY, {"name": "l", "verifier": "length", "values": {"incorrect": 5.0}}],
    ],
)
def test_shaping_that_can_outweigh_the_answer_is_refused(recipes: Recipes, components: list[Any]) -> None:
    with pytest.raises(BadRecipe, match="lift a wrong completion"):
        recipes.inline({"components": components})


@pytest.mark.parametrize(
    "shape",
    [
        {"components": [ACCURACY, language(1.0)]},
        {"components": [ACCURACY, {**FORMAT, "weight": 3.0}]},
        {"components": [ACCURACY, language(5.0, gate=True)]},
        {"components": [ACCURACY, language(9.0)], "combine": "product"},
        {"components": [ACCURACY, language(9.0)], "combine": "lexicographic"},
        {"components": [language(5.0)]},
        {
            "components": [
                ACCURACY,
                {"name": "l", "verifier": "length", "options": {"form": "cosine"}, "range": [-1, 1]},
            ]
        },
    ],
)
def test_shaping_that_cannot_is_served(recipes: Recipes, shape: dict[str, Any]) -> None:
    assert recipes.inline(shape).components


def test_a_failed_gate_that_pays_more_than_a_right_answer_is_refused(recipes: Recipes) -> None:
    gate = {**FORMAT, "gate": True, "weight": 0.0}
    with pytest.raises(BadRecipe, match="lift a wrong completion to 2"):
        recipes.inline({"components": [ACCURACY, gate], "gate_pays": 2.0})
    assert recipes.inline({"components": [ACCURACY, gate], "gate_pays": -1.0}).gate_pays == -1.0


@pytest.mark.parametrize("weight", [float("inf"), float("nan"), 1e9])
def test_a_weight_without_bound_is_no_weight(recipes: Recipes, weight: float) -> None:
    with pytest.raises(BadRecipe, match=r"components\[1\]\.weight"):
        recipes.inline({"components": [ACCURACY, language(weight)]})


def test_length_language_and_repetition_are_left_out_of_unshaped_by_nature(recipes: Recipes) -> None:
    recipe = recipes.inline({"components": [ACCURACY, FORMAT, language(0.1)]})
    assert [component.shaping for component in recipe.components] == [False, False, True]
