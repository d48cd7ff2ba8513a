"""A batch in numbers, under the names that trainers plot: TRL's, verl's, open-instruct's and Tinker's.

Nulls are left out of every mean. What a batch does not tell (no groups, no token counts) is left out of the figures.
`reward_std` is TRL's: the mean over groups of the deviation inside a group.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from verifiers.base import Score, Verdict
from verifiers.groups.advantage import spread


class Part(msgspec.Struct, frozen=True):
    """One component's judgement of one sample: the rule that judged, its score, and what the recipe pays for it."""

    name: str
    verifier: str
    score: Score
    paid: float | None


class Member(msgspec.Struct, frozen=True):
    """What the figures need of one sample. `accuracy` is its place among the parts."""

    group: str | None
    reward: float | None
    truncated: bool
    tokens: int | None
    parts: Sequence[Part]
    accuracy: int = 0

    @property
    def is_right(self) -> bool | None:
        score = self.parts[self.accuracy].score if self.parts else None
        return None if score is None or score.value is None else score.verdict is Verdict.CORRECT


def figures(members: Sequence[Member]) -> dict[str, float]:
    """Return the figures of a batch, by name; an empty batch has none."""
    if not members:
        return {}
    made = {
        **_rewards(members),
        **_components(members),
        **_rules(members),
        **_lengths(members),
        **_groups(members),
        **_rates("flags", [{flag for part in member.parts for flag in part.score.flags} for member in members]),
        **_rates("verdicts", [{member.parts[member.accuracy].score.verdict} for member in members if member.parts]),
    }
    return {name: value for name, value in made.items() if math.isfinite(value)}


def _rewards(members: Sequence[Member]) -> dict[str, float]:
    rewards = [member.reward for member in members if member.reward is not None]
    made = {"frac_null": 1.0 - len(rewards) / len(members)}
    if rewards:
        made |= {"reward": _mean(rewards), **_three("critic/rewards", rewards), **_three("critic/score", rewards)}
    return made


def _components(members: Sequence[Member]) -> dict[str, float]:
    paid: dict[str, list[float]] = {}
    for part in (part for member in members for part in member.parts if part.paid is not None):
        paid.setdefault(part.name, []).append(part.paid if part.paid is not None else 0.0)
    made: dict[str, float] = {}
    for name, values in paid.items():
        made |= {f"rewards/{name}/mean": _mean(values), f"rewards/{name}/std": spread(values).std or 0.0}
    return made


def _rules(members: Sequence[Member]) -> dict[str, float]:
    """open-instruct's view: the score and the share of right ones by the rule that judged the answer."""
    by_rule: dict[str, list[Score]] = {}
    for part in (member.parts[member.accuracy] for member in members if member.parts):
        if part.score.value is not None:
            by_rule.setdefault(part.verifier, []).append(part.score)
    made: dict[str, float] = {}
    for rule, scores in by_rule.items():
        made[f"objective/{rule}_reward"] = _mean([score.value or 0.0 for score in scores])
        made[f"objective/{rule}_correct_rate"] = _mean([score.verdict is Verdict.CORRECT for score in scores])
    return made


def _lengths(members: Sequence[Member]) -> dict[str, float]:
    clipped = _mean([member.truncated for member in members])
    made = {"completions/clipped_ratio": clipped, "response_length/clip_ratio": clipped, "val/stop_rate": 1.0 - clipped}
    told = [(member, member.tokens) for member in members if member.tokens is not None]
    if told:
        lengths = [tokens for _, tokens in told]
        made |= {"completions/mean_length": _mean(lengths), **_three("response_length", lengths)}
        made["completions/mean_terminated_length"] = _mean([tokens for member, tokens in told if not member.truncated])
        made["length/correct"] = _mean([tokens for member, tokens in told if member.is_right])
        made["length/incorrect"] = _mean([tokens for member, tokens in told if member.is_right is False])
    return made


def _groups(members: Sequence[Member]) -> dict[str, float]:
    groups: dict[str, list[Member]] = {}
    for member in members:
        if member.group is not None:
            groups.setdefault(member.group, []).append(member)
    spreads = [spread([member.reward for member in group]) for group in groups.values()]
    deviations = [group.std for group in spreads if group.std is not None]
    if not deviations:
        return {}
    right = [[member.is_right for member in group if member.is_right is not None] for group in groups.values()]
    judged = [answers for answers in right if answers]
    return {
        "reward_std": _mean(deviations),
        "frac_reward_zero_std": _mean([deviation == 0.0 for deviation in deviations]),
        "by_group/frac_all_good": _mean([all(answers) for answers in judged]),
        "by_group/frac_all_bad": _mean([not any(answers) for answers in judged]),
        "by_group/frac_mixed": _mean([any(answers) and not all(answers) for answers in judged]),
    }


def _rates(prefix: str, named: Sequence[Iterable[str]]) -> Mapping[str, float]:
    counts = Counter(str(name) for names in named for name in names)
    return {f"{prefix}/{name}": count / len(named) for name, count in sorted(counts.items())}


def _three(prefix: str, values: Sequence[float]) -> dict[str, float]:
    return {f"{prefix}/mean": _mean(values), f"{prefix}/max": max(values), f"{prefix}/min": min(values)}


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if values else math.nan
