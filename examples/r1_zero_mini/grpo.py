"""GRPO, on-policy and without a reference model: each completion against the others of its prompt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from examples.r1_zero_mini.policy import Policy
from examples.r1_zero_mini.rewards import Rewards
from examples.r1_zero_mini.sums import Sums

PROMPTS = 32
GROUP = 8
LEARNING_RATE = 2e-4
HELD_OUT = 200


@dataclass(frozen=True)
class Point:
    """How the policy does on held-out sums after so many steps, sampled at temperature 1."""

    step: int
    accuracy: float
    format: float
    length: float


def grpo(
    policy: Policy,
    sums: Sums,
    rewards: Rewards,
    steps: int,
    look: Callable[[int], None],
    look_every: int = 10,
) -> float:
    """Train, calling `look` at the start, now and then and at the end; return the seconds that the steps took."""
    optimizer = torch.optim.AdamW(policy.model.parameters(), lr=LEARNING_RATE, weight_decay=0.0)
    seconds = 0.0
    for step in range(steps):
        if step % look_every == 0:
            look(step)
        started = time.monotonic()
        _step(policy, sums, rewards, optimizer)
        seconds += time.monotonic() - started
    look(steps)
    return seconds


def _step(policy: Policy, sums: Sums, rewards: Rewards, optimizer: torch.optim.Optimizer) -> None:
    problems = [problem for problem in sums.draw(PROMPTS) for _ in range(GROUP)]
    rollouts = policy.sample([problem.prompt for problem in problems])
    earned = torch.tensor(rewards(problems, rollouts.texts).rewards).view(PROMPTS, GROUP)
    relative = (earned - earned.mean(1, keepdim=True)) / (earned.std(1, keepdim=True) + 1e-4)
    weighted = policy.log_probabilities(rollouts) * relative.view(-1, 1) * rollouts.counted
    policy.descend(-weighted.sum() / rollouts.counted.sum(), optimizer)


def measure(policy: Policy, sums: Sums, judge: Rewards, step: int) -> Point:
    problems = sums.held_out[:HELD_OUT]
    rollouts = policy.sample([problem.prompt for problem in problems])
    judged = judge(problems, rollouts.texts)
    return Point(step, judged.accuracy, judged.format, rollouts.length)
