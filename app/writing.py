"""From results to the wire: one component list for the whole batch, groups in numbers, and text that always encodes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from app.grouping import Votes, accuracy, members
from app.schemas import (
    ComponentOut,
    ErrorOut,
    GroupOut,
    GroupsAsked,
    Judged,
    ResultOut,
    RewardsResponse,
    Summary,
    TimingOut,
)
from verifiers.base import Score, Verdict
from verifiers.engine.batch import NOT_APPLICABLE, Result, Rollout, Timing
from verifiers.engine.fingerprint import SCORING_VERSION, fingerprint
from verifiers.groups.advantage import spread
from verifiers.groups.figures import Member, Part, figures
from verifiers.groups.pass_at_k import pass_at_k
from verifiers.mounted import is_mounted, source_digest
from verifiers.recipes.combine import SAMPLE_VERIFIER, Component


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes one request's results. Each has the same components, for trainers index by the first one's keys."""

    components: tuple[Component, ...]
    explain: bool
    on_null: float | None

    @classmethod
    def of(cls, rollouts: Iterable[Rollout], explain: bool, on_null: float | None) -> Writer:
        """Take the union of all recipes' components, in the order in which they are first seen."""
        recipes = {id(rollout.recipe): rollout.recipe for rollout in rollouts}
        union = {component.name: component for recipe in recipes.values() for component in recipe.components}
        return cls(tuple(union.values()), explain, on_null)

    def result(self, result: Result, index: int | msgspec.UnsetType = msgspec.UNSET) -> ResultOut:
        failure = result.reward.error
        flags = dict.fromkeys(flag for score in result.scores for flag in score.flags)
        return ResultOut(
            id=result.rollout.id,
            group=result.rollout.group,
            reward=self.reward(result),
            unshaped=self.on_null if result.reward.unshaped is None else result.reward.unshaped,
            advantage=result.advantage,
            flags=list(flags),
            error=ErrorOut(failure.code, failure.message, failure.retryable) if failure else None,
            components=self._components(result),
            index=index,
        )

    def reward(self, result: Result) -> float | None:
        return self.on_null if result.reward.value is None else result.reward.value

    def _components(self, result: Result) -> list[ComponentOut]:
        own = {component.name: place for place, component in enumerate(result.rollout.recipe.components)}
        return [self._component(component, result, own.get(component.name)) for component in self.components]

    def _component(self, component: Component, result: Result, place: int | None) -> ComponentOut:
        score = NOT_APPLICABLE if place is None else result.scores[place]
        part = component if place is None else result.rollout.recipe.components[place]
        verifier = _verifier_name(part, result.rollout, place)
        ms = 0.0 if place is None else result.ms[place]
        return ComponentOut(component.name, verifier, part.weight, *_said(score, ms, self.explain))


def _verifier_name(component: Component, rollout: Rollout, place: int | None) -> str:
    if place is not None and rollout.judges:
        return rollout.judges[place].spec.name
    return "auto" if component.verifier == SAMPLE_VERIFIER else component.verifier


def judged(verifier: str, score: Score, ms: float, explain: bool) -> Judged:
    """Write one score, as /v1/verify does."""
    return Judged(verifier, *_said(score, ms, explain))


def _said(score: Score, ms: float, explain: bool) -> tuple[Any, ...]:
    """What both shapes say of a score, in the order of their fields."""
    return (
        score.value,
        score.verdict,
        score.answer,
        score.detail,
        list(score.flags),
        dict(score.evidence),
        round(ms, 3),
        list(score.steps) if explain else msgspec.UNSET,
    )


def group_lines(results: Sequence[Result], asked: GroupsAsked, votes: Votes) -> list[GroupOut] | msgspec.UnsetType:
    """Describe each group, in the order in which they are first seen; unset where no sample names one."""
    return [_group(name, group, asked, votes) for name, group in members(results).items()] or msgspec.UNSET


def _group(name: str, results: Sequence[Result], asked: GroupsAsked, votes: Votes) -> GroupOut:
    group = spread([result.reward.value for result in results])
    verdicts = [score.verdict for result in results if (score := accuracy(result)).value is not None]
    correct = verdicts.count(Verdict.CORRECT)
    chances = {str(k): pass_at_k(len(verdicts), correct, k) for k in asked.pass_at}
    return GroupOut(
        group=name,
        n=len(results),
        mean=group.mean,
        std=group.std,
        zero_variance=group.zero_variance,
        pass_at=chances if asked.pass_at else msgspec.UNSET,
        vote=votes.get(name) if asked.vote else msgspec.UNSET,
    )


def _member(result: Result) -> Member:
    rollout, components = result.rollout, result.rollout.recipe.components
    parts = [
        Part(component.name, judge.spec.name, score, None if score.value is None else component.mapped(score))
        for component, judge, score in zip(components, rollout.judges, result.scores, strict=False)
    ]
    sample = rollout.sample
    tokens = sample.completion_tokens
    place = rollout.recipe.accuracy_place or 0
    return Member(rollout.group, result.reward.value, sample.truncated, tokens, parts, place)


def timing_out(timing: Timing) -> TimingOut:
    return TimingOut(round(timing.total_ms, 3), round(timing.queue_ms, 3), timing.samples, timing.deduplicated)


def request_fingerprint(rollouts: Sequence[Rollout]) -> str:
    """Name all that decided the verdicts of a request: recipes, rules with their options, and versions."""
    recipes = list({id(rollout.recipe): rollout.recipe for rollout in rollouts}.values())
    specs = sorted({(judge.spec.name, judge.spec.options) for rollout in rollouts for judge in rollout.judges})
    name = recipes[0].name if len(recipes) == 1 else "mixed"
    rules = {type(judge.verifier) for rollout in rollouts for judge in rollout.judges}
    mounted = sorted(source_digest(rule) for rule in rules if is_mounted(rule))
    return fingerprint(name, *recipes, *(part for spec in specs for part in spec), *mounted)


def summary(
    rollouts: Sequence[Rollout],
    results: Sequence[Result],
    writer: Writer,
    asked: GroupsAsked,
    timing: Timing,
    votes: Votes,
) -> Summary:
    return Summary(
        rewards=[writer.reward(result) for result in results],
        timing=timing_out(timing),
        scoring_version=SCORING_VERSION,
        fingerprint=request_fingerprint(rollouts),
        figures=figures([_member(result) for result in results]),
        groups=group_lines(results, asked, votes),
    )


def whole_answer(results: Sequence[Result], writer: Writer, made: Summary) -> RewardsResponse:
    """Put each sample's own result beside what is said of all."""
    return RewardsResponse(results=[writer.result(result) for result in results], **msgspec.structs.asdict(made))
