"""Whether a recipe can pay a wrong completion more than a right one: interval arithmetic over its components.

Only completions that pass every gate are compared; what a failed gate pays is the recipe's own word. Two questions:

- `pays_wrong`: all terms but the accuracy go their best for the wrong completion and their worst for the right one.
- `shaping_lifts_wrong`: only the shaping terms do, and all else is equal; or a failed gate pays more than a right
  answer. A recipe of a user that does this is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from verifiers.base import ABSTAINING, Score, Verdict
from verifiers.recipes.combine import Combine, Component, Recipe

Span = tuple[float, float]
ScoreSpan = Callable[[Component, bool], Span]  # the bounds of a component's score where the answer is right, or wrong

TOLERANCE = 1e-9
WRONG = tuple(verdict for verdict in Verdict if verdict not in ABSTAINING | {Verdict.CORRECT, Verdict.PARTIAL})


@dataclass(frozen=True, slots=True)
class Lift:
    """The most that a wrong completion can earn, and the least that a right one can."""

    wrong: float
    right: float

    @property
    def is_wrong_above(self) -> bool:
        return self.wrong > self.right + TOLERANCE


def pays_wrong(recipe: Recipe, score_span: ScoreSpan) -> bool:
    places = range(len(recipe.components))
    return _lift(recipe, list(places), score_span).is_wrong_above


def shaping_lifts_wrong(recipe: Recipe, score_span: ScoreSpan) -> Lift | None:
    """Return what shaping, and what a failed gate pays, do where they lift wrong above right, else None."""
    accuracy = recipe.accuracy_place
    decides = [place for place, part in enumerate(recipe.components) if part.shaping or part.gate]
    if accuracy is None or not decides:
        return None
    lift = _lift(recipe, sorted({accuracy, *decides}), score_span)
    if any(part.gate for part in recipe.components):
        lift = Lift(max(lift.wrong, recipe.gate_pays), lift.right)
    return lift if lift.is_wrong_above else None


def _lift(recipe: Recipe, places: Sequence[int], score_span: ScoreSpan) -> Lift:
    if recipe.accuracy_place is None or recipe.components[recipe.accuracy_place].gate:
        return Lift(0.0, 0.0)
    _, wrong = _reward(recipe, places, False, score_span)
    right, _ = _reward(recipe, places, True, score_span)
    return Lift(wrong, right)


def _reward(recipe: Recipe, places: Sequence[int], is_right: bool, score_span: ScoreSpan) -> Span:
    spans = [_contribution(recipe, place, is_right, score_span) for place in places]
    if recipe.combine is not Combine.PRODUCT:
        return sum(low for low, _ in spans), sum(high for _, high in spans)
    low = high = 1.0
    for span in spans:
        corners = [edge * factor for edge in (low, high) for factor in span]
        low, high = min(corners), max(corners)
    return low, high


def _contribution(recipe: Recipe, place: int, is_right: bool, score_span: ScoreSpan) -> Span:
    component = recipe.components[place]
    weight = 10.0**-place if recipe.combine is Combine.LEXICOGRAPHIC else component.weight
    paid = [weight * value for value in _paid(component, place == recipe.accuracy_place, is_right, score_span)]
    return min(paid), max(paid)


def _paid(component: Component, is_accuracy: bool, is_right: bool, score_span: ScoreSpan) -> list[float]:
    right = component.mapped(Score(Verdict.CORRECT, 1.0))
    if component.gate or (is_accuracy and is_right):
        return [right]
    wrong = [component.mapped(Score(verdict, 0.0)) for verdict in WRONG]
    if is_accuracy:
        return wrong
    if component.values:
        return [right, *wrong, *component.values.values()]
    return [component.mapped(Score(Verdict.PARTIAL, value)) for value in score_span(component, is_right)]
