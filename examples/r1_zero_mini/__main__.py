"""`make demo`: cold start, GRPO with rewards from the service, and the same again with rewards at random."""

from __future__ import annotations

import argparse
import copy
import shutil
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import torch

from examples.r1_zero_mini.cold_start import cold_start
from examples.r1_zero_mini.curves import draw
from examples.r1_zero_mini.grpo import Point, grpo, measure
from examples.r1_zero_mini.policy import Policy
from examples.r1_zero_mini.rewards import AtRandom, FromService, Rewards
from examples.r1_zero_mini.service import ROOT, serving
from examples.r1_zero_mini.sums import Sums
from truegold import RewardClient

LEARNING, CONTROL = "rewards from truegold", "rewards at random"
LEAST_GAIN, LEAST_FORMAT, MOST_BY_CHANCE = 0.25, 0.9, 0.1


@dataclass
class Demonstration:
    """The two runs, what they showed so far, and where that is drawn."""

    judge: FromService
    steps: int
    seed: int
    live: Path
    runs: dict[str, list[Point]] = field(default_factory=dict)

    def run(self, name: str, policy: Policy, rewards: Rewards) -> float:
        """Train a policy and return how many seconds its steps took."""
        sums = Sums(self.seed)
        torch.manual_seed(self.seed)
        points = self.runs[name] = []

        def look(step: int) -> None:
            points.append(measure(policy, sums, self.judge, step))
            draw(self.runs, self.steps, self.live)
            print(
                f"{name}: step {step:3d}  accuracy {points[-1].accuracy:.2f}  format {points[-1].format:.2f}  "
                f"length {points[-1].length:.1f}",
                flush=True,
            )

        return grpo(policy, sums, rewards, self.steps, look)


def main() -> int:
    asked = _arguments()
    torch.set_num_threads(1)  # the other core is the service's
    torch.manual_seed(asked.seed)
    with ExitStack() as stack:
        url = asked.url or stack.enter_context(serving(asked.service_python))
        client = stack.enter_context(RewardClient(url, max_batch=256))
        demonstration = Demonstration(FromService(client), asked.steps, asked.seed, asked.live)
        print(f"the curves as they grow: file://{asked.live.with_suffix('.html').resolve()}", flush=True)
        policy, began = Policy(), time.monotonic()
        cold_start(policy, Sums(asked.seed), asked.cold_steps)
        print(f"cold start: {asked.cold_steps} steps in {time.monotonic() - began:.0f} s", flush=True)
        base = copy.deepcopy(policy)
        paid = FromService(client)
        seconds = demonstration.run(LEARNING, policy, paid)
        demonstration.run(CONTROL, base, AtRandom(asked.seed))
    shutil.copyfile(asked.live, asked.picture)
    print(
        f"{asked.steps} steps in {seconds:.0f} s, {1000 * seconds / asked.steps:.0f} ms each; "
        f"rewards took {paid.seconds / seconds:.1%} of that"
    )
    return _verdict(demonstration.runs)


def _verdict(runs: dict[str, list[Point]]) -> int:
    """Say whether it learned, and whether the control did not; 0 when both is so."""
    gain, by_chance = _gain(runs[LEARNING]), _gain(runs[CONTROL])
    form = runs[LEARNING][-1].format
    print(f"accuracy rose by {gain:+.2f}, format to {form:.2f}; with rewards at random accuracy by {by_chance:+.2f}")
    return int(not (gain >= LEAST_GAIN and form >= LEAST_FORMAT and by_chance < MOST_BY_CHANCE))


def _gain(points: Sequence[Point]) -> float:
    return points[-1].accuracy - points[0].accuracy


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--url", help="a running service; by default one is started")
    parser.add_argument("--service-python", type=Path, default=ROOT / ".venv" / "bin" / "python")
    parser.add_argument("--cold-steps", type=int, default=300)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--live", type=Path, default=ROOT / "build" / "r1-zero-mini.png")
    parser.add_argument("--picture", type=Path, default=ROOT / "docs" / "r1-zero-mini.png")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
