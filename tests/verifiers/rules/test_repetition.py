"""Repetition: the share of distinct n-grams, in any script, in linear time."""

from __future__ import annotations

import time

import pytest

from verifiers.base import Sample, Score
from verifiers.rules.repetition import Repetition

HONEST = "Seven times six is forty-two, because seven threes are twenty-one and twice that is what was asked for here."


def judged(text: str, **options: int) -> Score:
    return Repetition(**options).verify(Sample(text), None)  # type: ignore[arg-type]  # options of the rule


def test_a_text_that_says_nothing_twice_scores_one() -> None:
    assert judged(HONEST).value == 1.0
    assert judged(HONEST).flags == ()


def test_the_score_is_the_share_of_distinct_ngrams() -> None:
    words = ["a", "b", "c", "a", "b", "c", "a", "b"]
    grams = [tuple(words[i : i + 3]) for i in range(len(words) - 2)]
    assert judged(" ".join(words)).value == pytest.approx(len(set(grams)) / len(grams))


@pytest.mark.parametrize(
    "text",
    [
        "Wait, let me check. " * 200,
        "0" * 20_000,
        "让我再想一想。" * 300,
        "하나 둘 셋 " * 200,
        "!" * 5_000,
        "\\boxed{7} " * 100,
    ],
    ids=["words", "digits", "han", "hangul", "symbols", "boxes"],
)
def test_a_loop_scores_near_nothing_and_is_flagged(text: str) -> None:
    score = judged(text)
    assert score.value is not None
    assert score.value < 0.1
    assert "repetition" in score.flags


def test_a_short_answer_is_no_loop() -> None:
    assert judged("no, no, no, no").flags == ()
    assert judged("42").value == 1.0


def test_padding_with_blanks_is_flagged() -> None:
    assert judged(HONEST + "\n" * 1000).flags == ("whitespace_padding",)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_an_empty_completion_scores_nothing(text: str) -> None:
    assert judged(text).value == 0.0


@pytest.mark.parametrize("piece", ["a", "a ", "中", "\n", "a\n" * 2, "🙂"])
def test_ten_megabytes_take_no_longer_than_a_text_of_the_bound(piece: str) -> None:
    started = time.process_time()
    judged(piece * (10_000_000 // len(piece)))
    assert time.process_time() - started < 5
