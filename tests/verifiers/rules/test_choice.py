from __future__ import annotations

import pytest

from verifiers.base import Sample, Score, TruthError, Verdict
from verifiers.rules.choice import Choice

PRIMES = "Which is a prime?\nA. 21\nB. 23\nC. 25\nD. 27"
RULE = Choice()


def judged(answer: str, truth: object = "B", prompt: str | None = PRIMES, rule: Choice = RULE) -> Score:
    return rule.verify(Sample(answer, prompt), truth)


@pytest.mark.parametrize(
    "answer",
    [
        "B",
        "(B)",
        "b",
        "B.",
        "**B**",
        "B. 23",
        "23",
        "The answer is B.",
        "The answer is (b).",
        "The answer is (B), because 23 has no divisor.",
        "The correct answer is **B. 23**",
        "So the best choice is option B",
        "Answer: B",
        "**Answer:** B",
        "Final answer\nB",
        "\\boxed{B}",
        "\\boxed{\\text{(B)}}",
        "$\\boxed{\\text{B. 23}}$",
        "Option B is correct.",
        "B is the right answer",
        "I first thought of A. The answer is A? No: the answer is B.",
        "21 is 3 times 7.\nHence:\nB",
        "故选B",
        "【答案】 B <eoa>",
        "答案是：Ｂ。",
        "<think>The answer is A.</think><answer>B</answer>",
        "A is wrong and C is wrong. The answer is B",
    ],
)
def test_the_right_option_is_read(answer: str) -> None:
    score = judged(answer)
    assert (score.verdict, score.value, score.answer) == (Verdict.CORRECT, 1.0, "B"), score.steps


@pytest.mark.parametrize(
    "answer",
    [
        "The answer is A or B.",
        "\\boxed{A or B or C}",
        "\\boxed{A} or \\boxed{B}",
        "\\boxed{ABCD}",
        "The answer is (A) and (B)",
        "Answer: A/B",
        "Answer: A. 21 or B. 23",
        "<answer>A</answer><answer>B</answer>",
    ],
)
def test_naming_several_options_is_wrong(answer: str) -> None:
    score = judged(answer)
    assert (score.verdict, score.flags) == (Verdict.INCORRECT, ("multiple_answers",)), score.steps


@pytest.mark.parametrize("answer", ["C", "The answer is (C).", "\\boxed{A}", "Answer: 25", "故选D"])
def test_another_option_is_wrong(answer: str) -> None:
    assert judged(answer).verdict is Verdict.INCORRECT


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I do not know.",
        "\\boxed{",
        "\\boxed{}",
        "The answer is not B.",
        "The answer is a prime.",
        "A. 21\nB. 23",  # the question, said again
        "<think>The answer is B.",
        "B</think>",
        "\\boxed{Z}",
    ],
)
def test_what_takes_no_option_is_no_answer(answer: str) -> None:
    assert judged(answer).verdict is Verdict.NO_ANSWER


def test_an_article_is_no_label() -> None:
    assert judged("The answer is A prime number, as we said.", "A").verdict is Verdict.NO_ANSWER


def test_the_span_counts_in_the_completion() -> None:
    completion = "𝔽 well. The answer is (B)."
    start, end = judged(completion).evidence["span"]
    assert completion[start:end] == "B"


@pytest.mark.parametrize(
    "truth", ["B", "(B)", "23", "B. 23", ["B"], {"answer": "B"}, {"reward_model": {"ground_truth": "B"}}]
)
def test_ground_truths_of_all_shapes(truth: object) -> None:
    assert judged("B", truth).verdict is Verdict.CORRECT


def test_a_number_counts_the_choices_from_zero() -> None:
    rule = Choice(choices=("red", "green", "blue"))
    assert judged("C", 2, None, rule).verdict is Verdict.CORRECT
    assert judged("blue", 2, None, rule).verdict is Verdict.CORRECT
    with pytest.raises(TruthError, match="beyond"):
        judged("C", 3, None, rule)
    with pytest.raises(TruthError, match=r"options\.choices"):
        judged("C", 2, None)


@pytest.mark.parametrize("answer", ["ACD", "A, C, D", "A, C and D", "\\boxed{D, C, A}", "答案：ACD"])
def test_several_right_options_are_all_wanted(answer: str) -> None:
    assert judged(answer, ["A", "C", "D"]).verdict is Verdict.CORRECT
    assert judged(answer, "AC").verdict is Verdict.INCORRECT
    assert judged("A, C", "ACD").verdict is Verdict.INCORRECT


@pytest.mark.parametrize("truth", [None, "", "Z9", True, [], {"other": 1}, "E"])
def test_a_ground_truth_that_is_no_option_cannot_be_judged(truth: object) -> None:
    with pytest.raises(TruthError):
        judged("B", truth, None, Choice(choices=("21", "23", "25", "27")))


def test_a_list_in_the_prompt_that_does_not_hold_the_truth_is_no_list_of_options() -> None:
    assert (
        judged("The answer is D.", "D", "A. Smith and B. Jones ask: which letter follows C?").verdict is Verdict.CORRECT
    )


def test_a_text_that_two_options_share_names_neither() -> None:
    rule = Choice(choices=("same", "same", "other"))
    assert judged("same", "A", None, rule).verdict is Verdict.NO_ANSWER


def test_votes_go_by_label() -> None:
    assert [RULE.read(Sample(text, PRIMES)) for text in ("23", "(B)", "no idea")] == ["B", "B", None]
    assert RULE.same("B", "B")
    assert not RULE.same("B", "C")


@pytest.mark.parametrize("truth", ["C", ["A", "B"]])
def test_a_ground_truth_written_out_is_right(truth: object) -> None:
    assert judged(RULE.write_out(truth), truth).verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "piece", ["answer ", "\\boxed{", "A or ", "( ", " ", "*", "答案", "the answer is the answer to "]
)
def test_long_completions_are_read_to_their_end(piece: str) -> None:
    assert judged(piece * 100_000 + "\nThe answer is (B).").verdict in (Verdict.CORRECT, Verdict.NO_ANSWER)
