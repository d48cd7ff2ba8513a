"""From scores to a reward: what a recipe is, and the one place where it is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from verifiers.base import RETRYABLE, Json, Score, Verdict

SAMPLE_VERIFIER = "$sample"  # stands for the rule that the sample itself names


class Combine(StrEnum):
    """How contributions become one number."""

    SUM = "sum"
    PRODUCT = "product"
    LEXICOGRAPHIC = "lexicographic"


@dataclass(frozen=True, slots=True)
class Component:
    """One term of a recipe. It contributes `weight` times its score, or times what the score is mapped to.

    `range` maps a score from 0..1 onto low..high; `values` gives a number for a verdict, before `range`.
    A `gate` whose score is below 1 makes the reward `gate_pays`, which is 0 in most recipes. `shaping` terms are left
    out of `unshaped`.
    """

    name: str
    verifier: str
    options: Mapping[str, Json] = field(default_factory=dict)
    weight: float = 1.0
    gate: bool = False
    shaping: bool = False
    range: tuple[float, float] | None = None
    values: Mapping[str, float] | None = None

    def mapped(self, score: Score) -> float:
        if score.value is None:
            raise ValueError("a score that abstains contributes nothing")
        if self.values is not None and score.verdict in self.values:
            return self.values[score.verdict]
        if self.range is not None:
            low, high = self.range
            return low + (high - low) * score.value
        return score.value


@dataclass(frozen=True, slots=True)
class Recipe:
    """Named components and how they combine. `source` says where the rule stands in the literature.

    `gate_pays` is the reward where a gate is not passed. `pays_wrong` says that among completions that pass every gate
    a wrong one can earn more than a right one, see `verifiers.recipes.pays_wrong`.
    """

    name: str
    components: tuple[Component, ...]
    combine: Combine = Combine.SUM
    title: str = ""
    source: str = ""
    gate_pays: float = 0.0
    pays_wrong: bool = False

    @property
    def accuracy_place(self) -> int | None:
        """Which component says whether the answer is right: the sample's own rule, or what is named so."""
        for place, component in enumerate(self.components):
            if component.verifier == SAMPLE_VERIFIER or component.name == "accuracy":
                return place
        return None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a sample got no reward. `retryable` says whether the same request may fare better later."""

    code: Verdict
    message: str
    retryable: bool


class Reward(msgspec.Struct, frozen=True):
    """What comes out for one sample. `value` and `unshaped` are None exactly when `error` is set."""

    value: float | None
    unshaped: float | None
    error: Failure | None = None


def reward(recipe: Recipe, scores: Sequence[Score]) -> Reward:
    """Combine one score per component, in the recipe's order.

    A component that abstains makes the reward None before gates are looked at; one that is not applicable is left out.
    """
    terms = []
    is_closed = is_shaped = False
    for place, (component, score) in enumerate(zip(recipe.components, scores, strict=True)):
        if score.value is None:
            if score.verdict is Verdict.NOT_APPLICABLE:
                continue
            return Reward(None, None, Failure(score.verdict, score.detail, score.verdict in RETRYABLE))
        terms.append((place, component, score))
        is_closed |= component.gate and score.value != 1.0
        is_shaped |= component.shaping
    if is_closed:
        return Reward(recipe.gate_pays, recipe.gate_pays)
    value = _combined(recipe.combine, terms)
    if not is_shaped:
        return Reward(value, value)
    return Reward(value, _combined(recipe.combine, [term for term in terms if not term[1].shaping]))


def _combined(how: Combine, terms: Sequence[tuple[int, Component, Score]]) -> float:
    if how is Combine.LEXICOGRAPHIC:
        return sum(component.mapped(score) * 10.0**-place for place, component, score in terms)
    contributions = [component.weight * component.mapped(score) for _, component, score in terms]
    if how is Combine.SUM:
        return sum(contributions, 0.0)
    product = 1.0
    for contribution in contributions:
        product *= contribution
    return product
