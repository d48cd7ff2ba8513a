"""Rules that see a sample beside its answer and its group: asked last, once all else is judged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from verifiers.base import Sample, Verdict
from verifiers.engine.batch import Batch, Judge, Result, Rollout
from verifiers.engine.engine import Engine
from verifiers.recipes.catalogue import Recipes
from verifiers.recipes.combine import SAMPLE_VERIFIER, Recipe
from verifiers.registry import Registry, Spec

Judged = Callable[..., list[Result]]


@pytest.fixture(scope="module")
def recipes(registry: Registry) -> Recipes:
    return Recipes.load(registry)


@pytest.fixture
def scored(registry: Registry, engine: Engine) -> Judged:
    def run(recipe: Recipe, *samples: dict[str, Any]) -> list[Result]:
        rollouts = [_rollout(registry, recipe, **sample) for sample in samples]

        async def whole() -> list[Result]:
            batch = Batch(rollouts)
            await batch.begin(engine)
            await batch.finish(engine, 60)
            return [result for result in batch.results if result is not None]

        return asyncio.run(whole())

    return run


def _rollout(
    registry: Registry,
    recipe: Recipe,
    answer: str = "42",
    tokens: int | None = 100,
    truth: str = "42",
    group: str | None = "g",
) -> Rollout:
    specs = [
        Spec.of("math" if part.verifier == SAMPLE_VERIFIER else part.verifier, part.options)
        for part in recipe.components
    ]
    judges = tuple(Judge(registry.build(spec), spec) for spec in specs)
    sample = Sample(f"\\boxed{{{answer}}}", completion_tokens=tokens, max_tokens=1000)
    return Rollout("id", sample, truth, recipe, judges, group)


def values(results: list[Result]) -> list[float | None]:
    return [result.reward.value for result in results]


def test_kimi_s_term_knows_the_answer_and_the_whole_group(recipes: Recipes, scored: Judged) -> None:
    kimi = recipes.named("kimi-k1.5")
    results = scored(
        kimi, {"tokens": 100}, {"tokens": 300}, {"answer": "7", "tokens": 100}, {"answer": "7", "tokens": 300}
    )
    assert values(results) == [1.5, 0.5, 0.0, -0.5]
    assert [result.reward.unshaped for result in results] == [1.0, 1.0, 0.0, 0.0]


def test_groups_are_kept_apart_and_a_sample_without_one_is_alone(recipes: Recipes, scored: Judged) -> None:
    samples = [{"tokens": 100}, {"tokens": 300}, {"tokens": 900, "group": "h"}, {"tokens": 5, "group": None}]
    assert values(scored(recipes.named("kimi-k1.5"), *samples)) == [1.5, 0.5, 1.0, 1.0]


def test_a_member_without_a_count_is_bad_and_the_others_are_compared(recipes: Recipes, scored: Judged) -> None:
    results = scored(recipes.named("kimi-k1.5"), {"tokens": 100}, {"tokens": None}, {"tokens": 300})
    assert values(results) == [1.5, None, 0.5]
    assert results[1].scores[1].verdict is Verdict.BAD_SAMPLE


def test_an_answer_that_could_not_be_judged_is_what_the_sample_is_told(recipes: Recipes, scored: Judged) -> None:
    (result,) = scored(recipes.named("kimi-k1.5"), {"truth": "\\frac{1}{"})
    assert result.reward.error is not None
    assert result.reward.error.code is Verdict.BAD_TRUTH
    assert result.scores[1].verdict is Verdict.NOT_APPLICABLE


def test_repeats_with_other_company_are_not_mixed_up(recipes: Recipes, scored: Judged) -> None:
    samples = [{"tokens": 100, "group": "a"}, {"tokens": 100, "group": "b"}, {"tokens": 50, "group": "b"}]
    assert values(scored(recipes.named("kimi-k1.5"), *samples)) == [1.0, 0.5, 1.5]


def test_a_recipe_of_nothing_but_company_says_what_is_missing(recipes: Recipes, scored: Judged) -> None:
    alone = {"components": [{"name": "length", "verifier": "length", "options": {"form": "kimi"}}]}
    (result,) = scored(recipes.inline(alone), {})
    assert result.scores[0].verdict is Verdict.BAD_SAMPLE
    assert "accuracy" in result.scores[0].detail
