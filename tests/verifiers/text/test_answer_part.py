import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.text.answer_part import AnswerPart, find_answer_part

PIECES = st.lists(
    st.sampled_from(["<think>", "</think>", "<answer>", "</answer>", "42", " ", "\n", "<|im_end|>", "</s>", "é", "<"]),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("42", "42"),
        ("<think>41</think>42", "42"),
        ("<think>41</think><answer>42</answer>", "42"),
        ("<think>a</think>b</think>c", "c"),
        ("<think>41</think>so <answer> 42\n</answer> bye", " 42\n"),
        ("41</think>42", "42"),
        ("<Think>41</Think>42", "<Think>41</Think>42"),
        ("<think>a</think><answer>42", "42"),
        ("<think>a</think>42</answer>", "42"),
        ("<think><answer>41</answer></think>42", "42"),
        ("42<|im_end|>\n", "42"),
        ("<answer>42</s>", "42"),
    ],
)
def test_what_follows_the_reasoning_is_graded_or_the_inside_of_its_answer_tags(completion: str, text: str) -> None:
    assert find_answer_part(completion).text == text


@pytest.mark.parametrize(
    "completion",
    [
        "<think>42",
        "<think>a</think>42<think>",
        "<answer>42</answer><think>a",
        "<think>a</think><think><answer>42</answer>",
    ],
)
def test_reasoning_that_never_closes_leaves_nothing(completion: str) -> None:
    assert find_answer_part(completion) == AnswerPart(None, why="the reasoning never closes")


@pytest.mark.parametrize("prompt", ["6*7? <think>", "6*7? <think>\n", "<think> \n\n"])
def test_a_prompt_that_ends_with_the_opening_tag_opens_the_reasoning(prompt: str) -> None:
    assert find_answer_part("42", prompt).why == "the reasoning never closes"
    assert find_answer_part("41</think>42", prompt).text == "42"


@pytest.mark.parametrize("prompt", ["Think inside <think> and </think>.", "Begin with <think>, please.", "", None])
def test_a_prompt_that_only_names_the_tag_opens_nothing(prompt: str | None) -> None:
    assert find_answer_part("42", prompt).text == "42"


@pytest.mark.parametrize(
    ("completion", "text", "blocks"),
    [
        ("<answer>41</answer> <answer>42</answer>", "42", 2),
        ("<answer>41<answer>42</answer>", "42", 2),
        ("<answer>41</answer>42</answer>", "41", 2),
        ("<think><answer>41</answer></think><answer>42</answer>", "42", 1),
        ("42", "42", 0),
    ],
)
def test_of_several_blocks_the_last_is_taken_and_all_are_counted(completion: str, text: str, blocks: int) -> None:
    part = find_answer_part(completion)
    assert (part.text, part.blocks) == (text, blocks)


@pytest.mark.parametrize(
    ("completion", "why"),
    [
        ("", "nothing follows the reasoning"),
        ("<think>42</think>\n ", "nothing follows the reasoning"),
        ("<think>42</think><|im_end|>", "nothing follows the reasoning"),
        ("<answer>42</answer></think>", "nothing follows the reasoning"),
        ("<answer> </answer>", "the answer block is empty"),
        ("<answer>42</answer><answer>", "the answer block is empty"),
    ],
)
def test_a_blank_part_is_none_and_says_why(completion: str, why: str) -> None:
    part = find_answer_part(completion)
    assert (part.text, part.why) == (None, why)


def test_where_answer_wants_the_tags() -> None:
    assert find_answer_part("<think>a</think>42", where="answer").why == "no answer tags"
    assert find_answer_part("<think>a</think><answer>42</answer>", where="answer").text == "42"


def test_where_whole_takes_all_behind_the_reasoning() -> None:
    part = find_answer_part("<think>a</think>x <answer>42</answer>", where="whole")
    assert (part.text, part.blocks) == ("x <answer>42</answer>", 0)


@given(PIECES, st.sampled_from([None, "<think>", "q"]), st.sampled_from(["auto", "answer", "whole"]))
def test_the_text_stands_where_the_part_says_and_holds_no_think_tag(completion, prompt, where) -> None:
    part = find_answer_part(completion, prompt, where)
    if part.text is None:
        assert part.why
        return
    assert completion[part.start : part.start + len(part.text)] == part.text
    assert part.text.strip()
    assert "<think>" not in part.text
    assert "</think>" not in completion[part.start :]


@pytest.mark.parametrize("unit", ["<think>", "</think>", "<answer>", "</answer>", " ", "</s> ", "<|im_end|>", "<"])
def test_a_million_characters_of_anything_take_well_under_a_second(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    start = time.process_time()
    find_answer_part(text, text)
    assert time.process_time() - start < 1.0
