"""What the format rule notes beside what is broken: each flag where it belongs, and nowhere else."""

from typing import Any

import msgspec
import pytest

from verifiers.base import Sample, Score, Verdict
from verifiers.rules.format.rule import Format

THOUGHT = "Six times seven makes forty-two, and so we have it."
HONEST = f"<think>{THOUGHT}</think>\n<answer>42</answer>"


def judge(completion: str, **options: Any) -> Score:
    return msgspec.convert(options, Format).verify(Sample(completion), None)


@pytest.mark.parametrize(
    ("flag", "completion"),
    [
        ("homoglyph", HONEST.replace("<answer>", "<\u0430nswer>")),
        ("homoglyph", HONEST.replace("<answer>", "<\u03b1nswer>")),
        ("homoglyph", HONEST.replace("answer", "\uff41nswer")),
        ("homoglyph", HONEST.replace("makes", "m\u0430kes")),
        ("low_quality_reasoning", HONEST.replace(THOUGHT, "Let me think.")),
        ("low_quality_reasoning", HONEST.replace(THOUGHT, "...")),
        ("low_quality_reasoning", HONEST.replace(THOUGHT, "想一想。")),
        ("low_quality_reasoning", HONEST.replace(THOUGHT, "hmm wait " * 40)),
        ("low_quality_reasoning", HONEST.replace(THOUGHT, "1 2 3 4 5 6 7 8 9 0 " * 40)),
        ("whitespace_padding", HONEST.replace(THOUGHT, THOUGHT + "\n" * 1000)),
        ("whitespace_padding", HONEST.replace(" ", " " * 40)),
        ("whitespace_padding", "\u3000" * 300 + HONEST),
    ],
)
def test_what_a_completion_shows_is_flagged(flag: str, completion: str) -> None:
    assert flag in judge(completion).flags


@pytest.mark.parametrize(
    ("flag", "completion"),
    [
        ("homoglyph", HONEST.replace("makes", "ergibt 42 für é, да и \uff14\uff12, sin\u03b1, x и y, 5см")),
        ("homoglyph", HONEST.replace("<answer>", "<answ\u200ber>")),
        ("homoglyph", HONEST.replace("<answer>", "<Answer>")),
        ("low_quality_reasoning", HONEST.replace(THOUGHT, "六乘以七等于四十二。")),
        ("low_quality_reasoning", HONEST.replace(THOUGHT, "6*7 = 42, 42/7 = 6")),
        ("low_quality_reasoning", HONEST.replace(THOUGHT, THOUGHT * 20)),
        ("whitespace_padding", HONEST.replace(THOUGHT, "\n".join([THOUGHT] * 100))),
        ("whitespace_padding", HONEST + "\n" * 50),
        ("whitespace_padding", HONEST.replace(THOUGHT, "x = 3 + y - z\n" * 400)),
    ],
)
def test_what_a_completion_does_not_show_is_not_flagged(flag: str, completion: str) -> None:
    assert flag not in judge(completion).flags


def test_an_honest_completion_has_no_flags() -> None:
    assert judge(HONEST).flags == ()


def test_flags_change_no_score() -> None:
    score = judge(HONEST.replace(THOUGHT, "ok"))
    assert (score.verdict, score.value, score.flags) == (Verdict.CORRECT, 1.0, ("low_quality_reasoning",))


def test_reasoning_that_may_be_missing_is_not_poor() -> None:
    assert judge("42", layout="none").flags == ()
    assert judge(HONEST.replace(THOUGHT, "\n\n"), allow_empty_think=True).flags == ()
