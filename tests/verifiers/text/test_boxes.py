import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifiers.text.boxes import find_boxes, last_box

PIECES = ["\\boxed{", "\\fbox{", "\\boxed", "{", "}", "\\{", "\\}", "\\\\", "5", " ", "x", "\\frac", "é"]


def contents(text: str) -> list[str]:
    return [box.content for box in find_boxes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no box", []),
        ("\\boxed{5}", ["5"]),
        ("\\fbox{5}", ["5"]),
        ("\\boxed {5}", ["5"]),
        ("\\boxed\n{5}", ["5"]),
        ("\\boxed{}", [""]),
        ("\\boxed{\\frac{1}{2}}", ["\\frac{1}{2}"]),
        ("\\boxed{\\{1,2\\}}", ["\\{1,2\\}"]),
        ("\\boxed{a\\}b}", ["a\\}b"]),
        ("\\boxed{1 \\\\ 2}", ["1 \\\\ 2"]),
        ("\\boxed{1 \\\\} 2", ["1 \\\\"]),
        ("\\\\boxed{5}", ["5"]),
        ("\\\\\\boxed{5}", ["5"]),
        ("}} { \\boxed{5} {{", ["5"]),
        ("\\boxed{1} and \\fbox{2}", ["1", "2"]),
        ("\\boxedfoo{5} \\boxes{6}", []),
    ],
)
def test_a_box_holds_what_stands_between_its_braces(text: str, expected: list[str]) -> None:
    assert contents(text) == expected


@pytest.mark.parametrize(
    "text", ["\\boxed{\\boxed{5}}", "\\boxed{ \\fbox{\\boxed{5}} }", "\\boxed{" * 50 + "5" + "}" * 50]
)
def test_a_box_that_holds_nothing_but_a_box_has_the_inner_content(text: str) -> None:
    (box,) = find_boxes(text)
    assert (box.content, box.start, box.end) == ("5", 0, len(text))


def test_a_box_that_holds_boxes_among_other_things_keeps_its_content() -> None:
    assert contents("\\boxed{x=\\boxed{5}}") == ["x=\\boxed{5}"]
    assert contents("\\boxed{\\boxed{5}\\boxed{6}}") == ["\\boxed{5}\\boxed{6}"]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("\\boxed 5.", "5"),
        ("\\boxed52 apples", "52"),
        ("$\\boxed -1,000.5$", "-1,000.5"),
        ("\\boxed A", "A"),
        ("\\boxed\\frac{1}{2}.", "\\frac{1}{2}"),
        ("\\boxed\\pi", "\\pi"),
    ],
)
def test_a_box_without_braces_holds_one_number_letter_or_command(text: str, content: str) -> None:
    box = last_box(text)
    assert box is not None
    assert (box.content, box.is_closed, box.is_braced) == (content, True, False)


@pytest.mark.parametrize("text", ["put it in \\boxed.", "use \\boxed as asked", "\\boxed"])
def test_the_bare_command_in_a_sentence_is_no_box(text: str) -> None:
    assert last_box(text) is None


@pytest.mark.parametrize("text", ["\\boxed{5", "\\boxed{\\frac{1}{2}", "\\boxed{5\\}", "\\boxed{1} \\boxed{2"])
def test_a_last_box_that_never_closes_says_so(text: str) -> None:
    box = last_box(text)
    assert box is not None
    assert (box.content, box.is_closed, box.end) == ("", False, len(text))


def test_a_closed_box_behind_an_unclosed_one_is_the_last() -> None:
    unclosed, closed = find_boxes("\\boxed{1 then \\boxed{42}")
    assert (unclosed.is_closed, closed.is_closed, closed.content) == (False, True, "42")


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_boxes_come_by_their_start_and_closed_ones_do_not_overlap(text: str) -> None:
    boxes = find_boxes(text)
    assert [box.start for box in boxes] == sorted({box.start for box in boxes})
    closed = [box for box in boxes if box.is_closed]
    assert len(boxes) - len(closed) <= 1
    assert all(before.end <= after.start for before, after in pairwise(closed))
    assert all(box.content in text[box.start : box.end] for box in boxes)


@pytest.mark.parametrize(
    "unit",
    ["{", "}", "{}", "\\", "\\boxed{", "\\boxed{{", "\\boxed{1}", "\\boxed ", "\\boxed\\frac{", "\\fbox{\\{", "x"],
)
def test_two_hundred_thousand_characters_of_anything_take_well_under_a_second(unit: str) -> None:
    text = "\\boxed{" + unit * (200_000 // len(unit))
    start = time.process_time()
    find_boxes(text)
    assert time.process_time() - start < 1.0
