"""Advantages and pass@k, recomputed from their formulas."""

from __future__ import annotations

import itertools
import statistics

import pytest

from verifiers.groups.advantage import Advantage, advantages, spread
from verifiers.groups.pass_at_k import pass_at_k


def test_grpo_divides_by_the_sample_deviation_and_a_small_number() -> None:
    rewards = [1.0, 0.0, 0.0, 2.0]
    mean, std = statistics.fmean(rewards), statistics.stdev(rewards)
    assert advantages(rewards, Advantage.GRPO) == pytest.approx([(r - mean) / (std + 1e-4) for r in rewards])


def test_mean_only_subtracts() -> None:
    assert advantages([1.0, 0.0], Advantage.MEAN) == [0.5, -0.5]


def test_rloo_compares_with_the_mean_of_the_others() -> None:
    rewards = [1.0, 0.0, 0.5]
    expected = [r - statistics.fmean(o for j, o in enumerate(rewards) if j != i) for i, r in enumerate(rewards)]
    assert advantages(rewards, Advantage.RLOO) == pytest.approx(expected)


@pytest.mark.parametrize("how", list(Advantage))
def test_a_null_reward_is_left_out_and_gets_a_null_advantage(how: Advantage) -> None:
    assert advantages([1.0, None, 0.0], how)[1] is None
    assert advantages([1.0, None, 0.0], how)[::2] == advantages([1.0, 0.0], how)


@pytest.mark.parametrize("rewards", [[1.0], [0.1, 0.1, 0.1], [0.0, 0.0]])
@pytest.mark.parametrize("how", list(Advantage))
def test_one_member_or_no_variance_gives_zero(rewards: list[float], how: Advantage) -> None:
    assert advantages(rewards, how) == [0.0] * len(rewards)


def test_a_group_of_nulls_has_no_mean() -> None:
    assert (spread([None]).n, spread([None]).mean, spread([None]).zero_variance) == (0, None, False)


@pytest.mark.parametrize(("n", "correct", "k"), [(5, 2, 1), (5, 2, 3), (6, 0, 2), (6, 6, 2), (4, 1, 4)])
def test_pass_at_k_is_the_share_of_draws_with_a_correct_one(n: int, correct: int, k: int) -> None:
    draws = list(itertools.combinations(range(n), k))
    expected = sum(any(member < correct for member in draw) for draw in draws) / len(draws)
    assert pass_at_k(n, correct, k) == pytest.approx(expected)


def test_pass_at_k_is_null_for_more_draws_than_samples() -> None:
    assert pass_at_k(3, 3, 4) is None
