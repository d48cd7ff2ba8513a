"""Where rewards come from: the running service, or, for the control, nowhere."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from examples.r1_zero_mini.sums import Sum
from truegold import RewardClient

RECIPE = {
    "components": [
        {"name": "accuracy", "verifier": "$sample", "weight": 1.0},
        {"name": "format", "verifier": "format", "weight": 0.2},
    ]
}


@dataclass(frozen=True)
class Rewarded:
    """What a batch earned, and what it is worth by each rule, on average."""

    rewards: list[float]
    accuracy: float
    format: float


class Rewards(Protocol):
    """Says what completions of problems are worth. `seconds` adds up how long that took."""

    seconds: float

    def __call__(self, problems: Sequence[Sum], completions: Sequence[str]) -> Rewarded: ...


class FromService:
    """Rewards over HTTP: accuracy, and a fifth as much for the format; one request a batch."""

    def __init__(self, client: RewardClient) -> None:
        self._client = client
        self.seconds = 0.0

    def __call__(self, problems: Sequence[Sum], completions: Sequence[str]) -> Rewarded:
        started = time.monotonic()
        results = self._client.score(
            [
                {"prompt": problem.prompt, "completion": text, "ground_truth": problem.answer, "verifier": "math"}
                for problem, text in zip(problems, completions, strict=True)
            ],
            RECIPE,
        )
        self.seconds += time.monotonic() - started
        scores = [result.scores for result in results]
        return Rewarded(
            [result.reward or 0.0 for result in results],
            sum(score["accuracy"] or 0.0 for score in scores) / len(scores),
            sum(score["format"] or 0.0 for score in scores) / len(scores),
        )


class AtRandom:
    """The control: the same training, with rewards that say nothing."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.seconds = 0.0

    def __call__(self, problems: Sequence[Sum], completions: Sequence[str]) -> Rewarded:  # noqa: ARG002 - the point of it
        return Rewarded([self._random.random() for _ in problems], 0.0, 0.0)
