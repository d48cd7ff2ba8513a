"""Literals: pieces of text that stand in a completion, letter for letter."""

from __future__ import annotations

import pytest

from verifiers.base import Sample, Verdict
from verifiers.rules.literals import Literals

DR_GRPO = Literals(("</think> <answer>", "</answer>"))
TAG_COUNT = Literals(("<think>\n", "\n</think>\n", "\n<answer>\n", "\n</answer>"), once=True, scoring="fraction")


@pytest.mark.parametrize(("between", "value"), [(" ", 1.0), ("", 0.0), ("  ", 0.0), ("\n", 0.0)])
def test_dr_grpo_wants_exactly_one_space(between: str, value: float) -> None:
    assert DR_GRPO.verify(Sample(f"<think>x</think>{between}<answer>42</answer>"), None).value == value


def test_each_tag_on_its_line_pays_a_quarter_once() -> None:
    whole = "<think>\nx\n</think>\n<answer>\n42\n</answer>"
    assert TAG_COUNT.verify(Sample(whole), None).value == 1.0
    assert TAG_COUNT.verify(Sample(whole.removesuffix("\n</answer>")), None).value == 0.75
    assert TAG_COUNT.verify(Sample(whole + whole), None).value == 0.0


def test_nothing_of_it_is_bad_format() -> None:
    assert TAG_COUNT.verify(Sample("42"), None).verdict is Verdict.BAD_FORMAT
