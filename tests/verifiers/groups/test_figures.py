"""The figures of a batch, recomputed by hand."""

from __future__ import annotations

import statistics

import pytest

from verifiers.base import Score, Verdict
from verifiers.groups.figures import Member, Part, figures


def member(
    reward: float | None,
    group: str | None = None,
    tokens: int | None = None,
    truncated: bool = False,
    flags: tuple[str, ...] = (),
) -> Member:
    if reward is None:
        score = Score(Verdict.BAD_TRUTH, None)
    else:
        score = Score(Verdict.CORRECT if reward == 1.0 else Verdict.INCORRECT, reward, flags=flags)
    return Member(group, reward, truncated, tokens, [Part("accuracy", "math", score, reward)])


def test_rewards_are_averaged_without_nulls() -> None:
    made = figures([member(1.0), member(0.0), member(0.0), member(None)])
    assert made["reward"] == made["rewards/accuracy/mean"] == made["critic/score/mean"] == pytest.approx(1 / 3)
    assert (made["critic/rewards/max"], made["critic/rewards/min"], made["frac_null"]) == (1.0, 0.0, 0.25)
    assert made["rewards/accuracy/std"] == pytest.approx(statistics.stdev([1, 0, 0]))
    assert made["objective/math_correct_rate"] == pytest.approx(1 / 3)


def test_groups_are_all_good_all_bad_or_mixed() -> None:
    pairs = {"good": (1.0, 1.0), "bad": (0.0, 0.0), "mixed": (1.0, 0.0)}
    made = figures([member(reward, name) for name, pair in pairs.items() for reward in pair])
    assert made["frac_reward_zero_std"] == pytest.approx(2 / 3)
    assert made["reward_std"] == pytest.approx(statistics.stdev([1, 0]) / 3)
    for name in ("all_good", "all_bad", "mixed"):
        assert made[f"by_group/frac_{name}"] == pytest.approx(1 / 3)


def test_lengths_are_those_of_samples_that_tell_theirs() -> None:
    made = figures([member(1.0, tokens=10), member(0.0, tokens=30, truncated=True), member(0.0)])
    assert (made["completions/mean_length"], made["completions/mean_terminated_length"]) == (20, 10)
    assert (made["length/correct"], made["length/incorrect"]) == (10, 30)
    assert made["completions/clipped_ratio"] == pytest.approx(1 / 3)


def test_flags_and_verdicts_are_rates() -> None:
    made = figures([member(1.0, flags=("repetition",)), member(0.0)])
    assert (made["flags/repetition"], made["verdicts/correct"], made["verdicts/incorrect"]) == (0.5, 0.5, 0.5)


def test_an_empty_batch_has_no_figures_and_one_of_nulls_no_mean() -> None:
    assert figures([]) == {}
    assert "reward" not in figures([member(None, "g")])
