"""The demonstration's parts, and its first steps."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from examples.r1_zero_mini.cold_start import cold_start
from examples.r1_zero_mini.curves import draw
from examples.r1_zero_mini.grpo import Point, grpo, measure
from examples.r1_zero_mini.policy import Policy, decode, encode
from examples.r1_zero_mini.rewards import AtRandom, FromService
from examples.r1_zero_mini.sums import Sum, Sums
from truegold import RewardClient


def test_a_text_comes_back_from_its_tokens() -> None:
    text = "1+2\n<think>1+2=3</think><answer>3</answer>"
    assert decode(encode(text)) == text
    assert len(encode("<think></think>")) == 2


def test_held_out_sums_are_never_trained_on() -> None:
    sums = Sums(seed=3)
    assert not set(sums.held_out) & set(sums.draw(5_000))
    assert list(sums.held_out) == list(Sums(seed=3).held_out)


def test_the_service_pays_what_the_demonstration_says(service_url: str) -> None:
    texts = ["<think>1+2=3</think><answer>3</answer>", "3", "<think>1+2=4</think><answer>4</answer>", ""]
    with RewardClient(service_url) as client:
        rewarded = FromService(client)([Sum(1, 2)] * 4, texts)
    assert rewarded.rewards == pytest.approx([1.2, 1.0, 0.2, 0.0])
    assert (rewarded.accuracy, rewarded.format) == (0.5, 0.5)


def test_the_first_steps_change_the_policy_and_are_drawn(service_url: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    policy, sums = Policy(), Sums(seed=0)
    cold_start(policy, sums, steps=3)
    before = [parameter.clone() for parameter in policy.model.parameters()]
    points: list[Point] = []
    with RewardClient(service_url, max_batch=256) as client:
        judge = FromService(client)
        grpo(policy, sums, AtRandom(0), 2, lambda step: points.append(measure(policy, sums, judge, step)))
    assert [point.step for point in points] == [0, 2]
    assert any((new != old).any() for new, old in zip(policy.model.parameters(), before, strict=True))
    draw({"run": points}, 2, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 1_000
    assert "curves.png" in (tmp_path / "curves.html").read_text()
