"""What the rule notes beside its verdict: each flag where it belongs, and nowhere else."""

import pytest

from verifiers.base import Sample, Verdict
from verifiers.rules.math_answer import MathAnswer

HONEST = "<think>Six times seven makes forty-two.</think>The answer is \\boxed{42}."


def flags(completion: str, prompt: str | None = None, truth: str = "42") -> tuple[str, ...]:
    return MathAnswer().verify(Sample(completion, prompt), truth).flags


@pytest.mark.parametrize(
    ("flag", "completion", "prompt"),
    [
        ("boxed_in_think", "<think>It is \\boxed{42}.</think>\\boxed{42}", None),
        ("boxed_in_think", "It is \\fbox{42}.</think>\\boxed{42}", "What is it? <think>"),
        ("think_answer_mismatch", "<think>It is \\boxed{41}.</think>\\boxed{42}", None),
        ("think_answer_mismatch", "<think>\\boxed{42}, no, \\boxed{x = 41}</think>\\boxed{42}", None),
        ("answer_in_think_only", "<think>It is \\boxed{42}.</think>", None),
        ("answer_in_think_only", "<think>It is \\boxed{42}. But wait", None),
        ("answer_in_think_only", "The answer is 42.</think> ", "What is it? <think>\n"),
        ("answer_in_think_only", "The answer is 42, but let me see", "What is it? <think>\n"),
        ("gold_in_prompt", HONEST, "What is six times seven? Hint: 420/10, that is 4200"),
        ("gold_in_prompt", "so", "The answer is 4200."),
        ("homoglyph", "\\boxed{seve\u0430n}", None),
    ],
)
def test_what_a_sample_shows_is_flagged(flag: str, completion: str, prompt: str | None) -> None:
    assert flag in flags(completion, prompt, "4200")


@pytest.mark.parametrize(
    ("flag", "completion", "prompt", "truth"),
    [
        ("boxed_in_think", HONEST, None, "42"),
        ("boxed_in_think", "<think>I shall put it in \\boxed{}.</think>\\boxed{42}", None, "42"),
        ("think_answer_mismatch", "<think>It is \\boxed{42}.</think>\\boxed{41}, no, \\boxed{42}", None, "42"),
        ("think_answer_mismatch", "<think>\\boxed{x = \\dfrac{1}{2}}</think>$\\boxed{ \\frac{1}{2} }$", None, "0.5"),
        ("think_answer_mismatch", "<think>\\boxed{41}, no, \\boxed{42}</think>The answer is 42.", None, "42"),
        ("think_answer_mismatch", "<think>\\boxed{42}</think>", None, "42"),
        ("answer_in_think_only", "<think>It is \\boxed{42}.</think>\\boxed{42}", None, "42"),
        ("answer_in_think_only", "<think>I do not know.</think>", None, "42"),
        ("answer_in_think_only", "", None, "42"),
        ("gold_in_prompt", HONEST, None, "4200"),
        ("gold_in_prompt", HONEST, "What is 14200 less 10000? Not 42001.", "4200"),
        ("gold_in_prompt", HONEST, "What is 42 less 0?", "42"),
        ("homoglyph", "\\boxed{\u0434\u0430, x \u0438 y, \\sin\u03b1, 5\u0441\u043c}", None, "42"),
    ],
)
def test_what_a_sample_does_not_show_is_not_flagged(flag: str, completion: str, prompt: str | None, truth: str) -> None:
    assert flag not in flags(completion, prompt, truth)


def test_an_honest_answer_has_no_flags() -> None:
    assert flags(HONEST, "What is six times seven?") == ()


def test_flags_change_no_score() -> None:
    score = MathAnswer().verify(Sample("<think>\\boxed{41}</think>\\boxed{4200}", "It is 4200."), "4200")
    assert (score.verdict, score.value) == (Verdict.CORRECT, 1.0)
    assert score.flags == ("boxed_in_think", "think_answer_mismatch", "gold_in_prompt")


@pytest.mark.parametrize("pile", ["\\boxed{", "\\boxed{{}", "the answer is ", "<think>", "</think>", "4200x"])
def test_piles_of_a_megabyte_are_flagged_in_linear_time(pile: str) -> None:
    completion = f"<think>{pile * (2**20 // len(pile))}</think>"
    assert MathAnswer().verify(Sample(completion, completion[:50_000]), "4200").value == 0.0
