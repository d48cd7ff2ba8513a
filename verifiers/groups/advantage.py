"""GRPO's advantage and its kin: rewards of one group in, one number per member out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

STD_EPSILON = 1e-4


class Advantage(StrEnum):
    """How rewards are compared inside a group.

    `grpo`: (r - mean) / (std + 1e-4), std with n - 1 (DeepSeekMath, arXiv 2402.03300, section 4.1).
    `mean`: r - mean (Dr. GRPO, arXiv 2503.20783). `rloo`: r minus the mean of the others (arXiv 2402.14740).
    """

    GRPO = "grpo"
    MEAN = "mean"
    RLOO = "rloo"


@dataclass(frozen=True, slots=True)
class Spread:
    """A group's rewards in three numbers; mean and std are None where nothing was judged."""

    n: int
    mean: float | None
    std: float | None

    @property
    def zero_variance(self) -> bool:
        return self.std == 0.0


def spread(rewards: Sequence[float | None]) -> Spread:
    """Return count, mean and standard deviation (n - 1; 0 for one) of the rewards that are not null."""
    known = [reward for reward in rewards if reward is not None]
    if not known:
        return Spread(0, None, None)
    mean = math.fsum(known) / len(known)
    if len(known) == 1 or min(known) == max(known):
        return Spread(len(known), mean, 0.0)
    return Spread(len(known), mean, math.sqrt(math.fsum((reward - mean) ** 2 for reward in known) / (len(known) - 1)))


def advantages(rewards: Sequence[float | None], how: Advantage) -> list[float | None]:
    """Return one advantage per reward: null for null, 0 where the group has one member or no variance."""
    group = spread(rewards)
    return [None if reward is None else _advantage(reward, group, how) for reward in rewards]


def _advantage(reward: float, group: Spread, how: Advantage) -> float:
    if not group.std or group.mean is None:
        return 0.0
    centred = reward - group.mean
    if how is Advantage.GRPO:
        return centred / (group.std + STD_EPSILON)
    if how is Advantage.RLOO:
        return centred * group.n / (group.n - 1)
    return centred
