"""Length, in the three forms of the literature and one more."""

from __future__ import annotations

import math

import pytest

from verifiers.base import Company, Sample, SampleError, Score, Verdict
from verifiers.rules.length import Length

RIGHT, WRONG = Score(Verdict.CORRECT, 1.0), Score(Verdict.INCORRECT, 0.0)


def sample(tokens: int | None = None, most: int | None = None, truncated: bool = False) -> Sample:
    return Sample("text", truncated=truncated, completion_tokens=tokens, max_tokens=most)


def kimi(tokens: int, group: tuple[int, ...], accuracy: Score) -> float | None:
    return Length("kimi").verify_beside(sample(tokens), Company(accuracy, group)).value


def cosine(tokens: int, accuracy: Score) -> float | None:
    return Length("cosine").verify_beside(sample(tokens, 1000), Company(accuracy)).value


@pytest.mark.parametrize(
    ("tokens", "value"), [(0, 1.0), (16_384, 1.0), (18_432, 0.5), (20_480, 0.0), (20_481, 0.0), (10**9, 0.0)]
)
def test_soft_overlong_falls_over_the_last_cache_and_stays_at_nothing(tokens: int, value: float) -> None:
    assert Length().verify(sample(tokens, 20_480), None).value == pytest.approx(value)


def test_the_sample_s_own_limit_goes_before_the_option_s() -> None:
    assert Length(max_tokens=20_480).verify(sample(9_000, 10_000), None).value == pytest.approx(1000 / 4096)
    assert Length(max_tokens=20_480).verify(sample(9_000), None).value == 1.0


def test_a_limit_below_the_cache_makes_all_of_it_cache() -> None:
    assert Length().verify(sample(500, 1000), None).value == pytest.approx(0.5)


@pytest.mark.parametrize(("tokens", "most"), [(None, 10), (10, None), (None, None)])
def test_without_counts_the_sample_is_bad_and_not_wrong(tokens: int | None, most: int | None) -> None:
    with pytest.raises(SampleError, match="must say"):
        Length().verify(sample(tokens, most), None)


def test_kimi_compares_with_the_group_and_never_pays_a_wrong_answer_for_being_short() -> None:
    group = (100, 200, 300)
    assert [kimi(tokens, group, RIGHT) for tokens in group] == [1.0, 0.5, 0.0]
    assert [kimi(tokens, group, WRONG) for tokens in group] == [0.5, 0.5, 0.0]


@pytest.mark.parametrize("group", [(70,), (70, 70, 70)])
def test_kimi_has_nothing_to_say_where_all_are_equally_long(group: tuple[int, ...]) -> None:
    assert kimi(70, group, RIGHT) == kimi(70, group, WRONG) == 0.5


def test_cosine_prefers_short_right_and_long_wrong_answers() -> None:
    expected = [0.75 + 0.25 * (1 + math.cos(math.pi * tokens / 1000)) / 2 for tokens in (0, 250, 1000)]
    assert [cosine(tokens, RIGHT) for tokens in (0, 250, 1000)] == pytest.approx(expected)
    assert [cosine(0, WRONG), cosine(1000, WRONG)] == pytest.approx([0.0, 0.25])


def test_cosine_does_not_climb_again_past_the_limit() -> None:
    assert cosine(1500, RIGHT) == cosine(1000, RIGHT)
    assert cosine(2000, WRONG) == cosine(1000, WRONG)


@pytest.mark.parametrize("form", ["kimi", "cosine"])
def test_a_form_that_looks_at_the_answer_needs_one(form: str) -> None:
    with pytest.raises(SampleError, match="accuracy"):
        Length(form).verify(sample(10, 100), None)  # type: ignore[arg-type]  # parametrized over the literal's values


def test_finished_asks_for_no_tokens() -> None:
    assert Length("finished").verify(sample(), None).value == 1.0
    assert Length("finished").verify(sample(truncated=True), None).value == 0.0


def test_an_empty_completion_is_not_rewarded_for_being_short() -> None:
    assert Length().verify(Sample(" \n", completion_tokens=1, max_tokens=100), None).value == 0.0


@pytest.mark.parametrize("form", ["soft_overlong", "kimi", "cosine"])
def test_every_score_lies_within_the_span_that_the_rule_declares(form: str) -> None:
    rule = Length(form)  # type: ignore[arg-type]  # parametrized over the literal's values
    for accuracy in (RIGHT, WRONG):
        low, high = rule.span(accuracy is RIGHT)
        for tokens in range(1, 200, 7):
            score = rule.verify_beside(sample(tokens, 100), Company(accuracy, (tokens, 50, 90)))
            assert score.value is not None
            assert low - 1e-9 <= score.value <= high + 1e-9
