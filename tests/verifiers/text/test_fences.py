from __future__ import annotations

import time

import pytest

from verifiers.text.fences import MAX_FENCE_LINES, TooManyFences, fenced_blocks


def test_a_block_has_its_label_code_and_place() -> None:
    text = "See:\n```Python\nx = 1\n```\nDone."
    (block,) = fenced_blocks(text)
    assert (block.label, block.code, block.is_closed) == ("python", "x = 1\n", True)
    assert text[block.start : block.end] == "x = 1\n"


def test_blocks_come_in_order() -> None:
    assert [block.label for block in fenced_blocks("```a\n1\n```\n~~~b\n2\n~~~\n")] == ["a", "b"]


@pytest.mark.parametrize(
    ("info", "label"),
    [("", ""), ("py title='a.py'", "py"), ("{.python .numberLines}", "python"), (" c++", "c++"), ("C#", "c#")],
)
def test_the_label_is_the_first_word(info: str, label: str) -> None:
    assert fenced_blocks(f"```{info}\nx\n```")[0].label == label


def test_an_unclosed_block_reaches_to_the_end() -> None:
    (block,) = fenced_blocks("```py\nx = 1\ny = 2")
    assert (block.code, block.is_closed) == ("x = 1\ny = 2", False)


def test_a_fence_glued_to_the_last_line_is_cut_off() -> None:
    assert fenced_blocks("```py\nprint(1)```\n")[0].code == "print(1)"


def test_a_longer_fence_holds_shorter_ones() -> None:
    (block,) = fenced_blocks("````md\n```py\nx\n```\n````")
    assert block.code == "```py\nx\n```\n"


def test_tildes_do_not_close_backticks() -> None:
    assert fenced_blocks("```\n~~~\n```")[0].code == "~~~\n"


def test_backticks_inside_a_line_open_nothing() -> None:
    assert fenced_blocks("use ```x``` and\n```y``` too") == []


def test_an_indented_block_loses_the_indentation_of_its_fence() -> None:
    (block,) = fenced_blocks("1. Item\n   ```py\n   def f():\n       return 1\n   ```")
    assert block.code == "def f():\n    return 1\n"


def test_a_block_may_be_empty() -> None:
    assert fenced_blocks("```\n```")[0].code == ""
    assert fenced_blocks("```py")[0].code == ""


def test_more_fences_than_honest_text_has_are_refused() -> None:
    with pytest.raises(TooManyFences, match="fence lines"):
        fenced_blocks("```\n" * (MAX_FENCE_LINES + 1))


@pytest.mark.parametrize("unit", ["`", "` ", "\n", "a``` ", " ", "    ```x", "\r\n"])
def test_ten_megabytes_are_read_in_linear_time(unit: str) -> None:
    text = unit * (10_000_000 // len(unit))
    started = time.process_time()
    fenced_blocks(text)
    assert time.process_time() - started < 5
