"""Where the candidate comes from, and where it stands."""

import pytest

from verifiers.base import Sample, Verdict
from verifiers.rules.math_answer import MathAnswer
from verifiers.rules.math_answer.find import find_candidate


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (r"\boxed{3}, then \boxed{5}", "5"),
        (r"The answer is 3. So \boxed{5}.", "5"),
        ("The answer is 3. No, the answer is 5.", "5"),
        ("Answer: 5", "5"),
        ("The final answer is: $x=5$.", "$x=5$"),
        ("**Final Answer:** 5", "5"),
        ("## Answer\n\n5", "5"),
        ("steps\n#### 5", "5"),
        ("steps\nA: 5", "5"),
        ("答案为：5。", "5"),
        ("The answer is 3.14.", "3.14"),
        ("  5  ", "5"),
        ("So $x<5$ is what we want.", "x<5"),
    ],
)
def test_the_candidate_is_found(part: str, text: str) -> None:
    assert find_candidate(part).text == text


def test_boxes_joined_by_and_are_one_list() -> None:
    found = find_candidate(r"$\boxed{1}$ and $\boxed{2}$")

    assert found.several
    assert found.text == "1, 2"


def test_boxes_in_two_sentences_are_not_a_list() -> None:
    assert not find_candidate(r"First \boxed{1}. Then \boxed{2}.").several


def test_an_unclosed_last_box_leaves_no_answer() -> None:
    assert find_candidate(r"\boxed{1} and \boxed{2").text is None


def test_a_long_part_without_a_statement_leaves_no_answer() -> None:
    assert find_candidate("We go on and on. " * 100).text is None


def test_the_span_counts_code_points_of_the_completion() -> None:
    completion = "<think>🦆 7</think>Grüße: \\boxed{42}."

    start, end = MathAnswer().verify(Sample(completion), "42").evidence["span"]

    assert completion[start:end] == "42"


def test_where_answer_needs_answer_tags() -> None:
    assert MathAnswer(where="answer").verify(Sample(r"\boxed{5}"), "5").verdict is Verdict.NO_ANSWER


def test_where_whole_ignores_answer_tags() -> None:
    sample = Sample(r"\boxed{5} <answer>\boxed{3}</answer>")

    assert MathAnswer(where="whole").verify(sample, "3").verdict is Verdict.CORRECT


def test_an_open_think_tag_in_the_prompt_leaves_no_answer() -> None:
    assert MathAnswer().verify(Sample(r"\boxed{5}", "Q <think>"), "5").verdict is Verdict.NO_ANSWER


def test_another_answer_behind_many_equal_blocks_is_seen() -> None:
    score = MathAnswer().verify(Sample("<answer>1</answer>" * 40 + "<answer>5</answer>"), "5")

    assert score.flags == ("multiple_answers",)
