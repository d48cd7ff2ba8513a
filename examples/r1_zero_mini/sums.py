"""The task: sums of two numbers below fifty, and what the tiny model's "web" says of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

BELOW = 50
HELD_OUT_SHARE = 0.1
SHARE_IN_FORMAT = 0.1
SHARE_RIGHT = 0.5
SLIPS = (-10, -2, -1, 1, 2, 10)

IN_FORMAT = "<think>{a}+{b}={s}</think><answer>{s}</answer>"
OTHER_SHAPES = (
    "{s}",
    "={s}",
    "<answer>{s}</answer>",
    "<think>{a}+{b}={s}</think>{s}",
    "<think>{a}+{b}={s}<answer>{s}</answer>",
    "<think></think><answer>{s}",
    "<answer>{s}<answer>",
    "{a}+{b}={s}",
)


@dataclass(frozen=True)
class Sum:
    """One problem."""

    a: int
    b: int

    @property
    def prompt(self) -> str:
        return f"{self.a}+{self.b}\n"

    @property
    def answer(self) -> str:
        return str(self.a + self.b)


@dataclass
class Sums:
    """All sums, some of them held out, and a stream of random choices of its own."""

    seed: int
    held_out: Sequence[Sum] = field(init=False)
    train: Sequence[Sum] = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        everything = [Sum(a, b) for a in range(BELOW) for b in range(BELOW)]
        self._random.shuffle(everything)
        cut = int(len(everything) * HELD_OUT_SHARE)
        self.held_out, self.train = everything[:cut], everything[cut:]

    def draw(self, count: int) -> list[Sum]:
        return self._random.choices(self.train, k=count)

    def hearsay(self, problem: Sum) -> str:
        """Return what a messy corpus says: one text in ten keeps the format, and half of the sums are wrong."""
        total = problem.a + problem.b
        if self._random.random() >= SHARE_RIGHT:
            total = max(0, total + self._random.choice(SLIPS))
        in_format = self._random.random() < SHARE_IN_FORMAT
        shape = IN_FORMAT if in_format else self._random.choice(OTHER_SHAPES)
        return shape.format(a=problem.a, b=problem.b, s=total)
