import json
import re
import time
import unicodedata
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers.base import Sample, Score, Verdict
from verifiers.rules.format import Format
from verifiers.rules.format.characters import FORMAT_CHARACTERS
from verifiers.rules.format.codes import Code
from verifiers.text.answer_part import find_answer_part

CORPUS = Path(__file__).parents[2] / "corpus" / "format.jsonl"
CASES = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]

HONEST = "<think>six times seven</think>\n<answer>42</answer>"
PIECES = [
    *("<think>", "</think>", "<answer>", "</answer>", "<Think>", "<tool_call>", "</tool_call>", "<tool_response>"),
    *(
        "six",
        "42",
        " ",
        "\n",
        ".",
        "é",
        "\u200b",
        "\x00",
        "<|im_end|>",
        "\\boxed{",
        "}",
        "```\n",
        "`",
        "[",
        "<",
        "\ud800",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text()
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "layout": st.sampled_from(["think_answer", "think_only", "answer_only", "none"]),
        "think_mode": st.sampled_from(["required", "optional", "forbidden"]),
        "allow_empty_think": st.booleans(),
        "prefix_think": st.sampled_from([False, True, "auto"]),
        "stop_string_stripped": st.booleans(),
        "outside_text": st.sampled_from(["none", "before", "between", "after", "any"]),
        "ignore_code": st.booleans(),
        "newlines": st.sampled_from(["free", "r1"]),
        "allow_trailing_special": st.booleans(),
        "min_think_words": st.integers(0, 3),
        "max_answer_chars": st.none() | st.integers(0, 5),
        "require_boxed": st.booleans(),
        "require_code": st.sampled_from([False, True, "python"]),
        "choices": st.sampled_from([None, "AB", ["yes", "no"]]),
    },
)


def judge(completion: str, prompt: str | None = None, truncated: bool = False, **options: Any) -> Score:
    return msgspec.convert(options, Format).verify(Sample(completion, prompt, truncated), None)


@pytest.mark.parametrize("case", CASES, ids=[f"{number}: {case['why']}" for number, case in enumerate(CASES)])
def test_the_corpus_is_judged_as_it_says(case: dict[str, Any]) -> None:
    score = judge(case["completion"], case.get("prompt"), case.get("truncated", False), **case["options"])
    assert (score.verdict, score.evidence["violations"]) == (case["verdict"], case["violations"])


def test_the_corpus_breaks_every_rule_more_than_once() -> None:
    broken = [code for case in CASES for code in case["violations"]]
    assert [code.value for code in Code if broken.count(code.value) < 2] == []


def test_the_example_scores_1() -> None:
    assert judge(Format.example["completion"]).value == 1.0


def test_the_first_violation_is_the_detail_and_each_step_says_where() -> None:
    score = judge("Hm. " + HONEST + " Bye")
    assert score.detail == "text_before"
    assert score.steps[1] == "text_after: 'Bye' stands after the blocks, at 55"


def test_places_are_told_in_the_completion_even_behind_a_prefilled_tag() -> None:
    score = judge("six</think> so <answer>42</answer>", prefix_think=True)
    assert score.steps == ("text_between: 'so' stands between the blocks, at 12",)


def test_the_span_of_the_answer_is_told_in_the_completion() -> None:
    completion = "six</think><answer>42</answer>"
    start, end = judge(completion, prefix_think=True).evidence["span"]
    assert completion[start:end] == "42"


def test_a_prompt_that_opened_the_reasoning_is_named_when_the_option_is_not_set() -> None:
    score = judge("six</think><answer>42</answer>", prompt="6*7? <think>\n")
    assert "prefix_think" in score.steps[0]


def test_what_trainers_count_is_flagged() -> None:
    score = judge("<Think>\u200bsix</think><answer>42</answer>", truncated=True)
    assert score.flags == ("truncated", "invisible_chars", "tag_malformed")


@pytest.mark.parametrize(
    ("completion", "grade"),
    [
        (HONEST, 1.0),
        ("", 0.0),
        ("<think></think><answer></answer>", 0.3),
        (HONEST.removesuffix("</answer>"), 0.4),
        ("42", 0.1),
        (HONEST + " Bye", 0.8),
        ("<think>...</think><answer>42</answer>", 0.3),
        ("<answer>42</answer><think>six</think>", 0.4),
        ("<think>six\x00</think><answer>42</answer>", 0.8),
    ],
)
def test_the_graded_score_pays_for_what_holds_under_its_caps(completion: str, grade: float) -> None:
    score = judge(completion, scoring="graded")
    assert score.value == score.evidence["graded"] == grade
    assert judge(completion).evidence["graded"] == grade


def test_a_graded_score_between_0_and_1_is_partial() -> None:
    assert judge("42", scoring="graded").verdict is Verdict.PARTIAL
    assert judge("", scoring="graded").verdict is Verdict.BAD_FORMAT


def test_a_truncated_completion_is_graded_at_most_0_3() -> None:
    assert judge(HONEST, truncated=True, scoring="graded").value == 0.3


def test_disguised_tags_are_found_among_hundreds_of_brackets() -> None:
    noise = "＜t " * 500
    assert judge(f"<think>{noise}</think><answer>42</answer>").value == 1.0
    score = judge(f"<think>{noise}＜answer＞</think><answer>42</answer>")
    assert score.evidence["violations"] == ["tag_malformed"]


def test_every_format_character_but_the_joiners_is_invisible() -> None:
    joiners = {"\u200c", "\u200d"}
    expected = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"} - joiners
    everything = "".join(map(chr, range(0x110000)))
    assert expected <= set(re.findall(f"[{FORMAT_CHARACTERS}]", everything))


@pytest.mark.parametrize(
    "options",
    [
        {"layout": "both"},
        {"think_mode": "sometimes"},
        {"prefix_think": "yes"},
        {"finish_reason": "tool"},
        {"min_think_words": -1},
        {"min_think_words": 1.5},
        {"max_answer_chars": True},
        {"require_code": 3},
        {"require_code": ""},
        {"choices": []},
        {"think_tags": ["<think>"]},
        {"think_tags": ["<think>", "<think>"]},
        {"think_tags": ["think", "/think"]},
        {"think_tags": [" ", "</think>"]},
        {"answer_tags": ["<think>", "</answer>"]},
        {"think_tags": ["<search>", "</search>"], "tool_mode": "interleaved"},
    ],
)
def test_an_option_of_the_wrong_type_or_range_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(options, Format)


def test_every_option_has_a_json_schema() -> None:
    properties = msgspec.json.schema(Format)["$defs"]["Format"]["properties"]
    assert properties["layout"]["enum"] == ["answer_only", "none", "think_answer", "think_only"]
    assert properties["min_think_words"]["minimum"] == 0
    assert len(properties) == len(fields(Format))


@given(TEXTS, OPTIONS, st.sampled_from([None, "q", "q <think>\n"]), st.booleans())
@settings(max_examples=400)
def test_any_text_gets_a_score_and_is_graded_1_exactly_when_nothing_is_broken(text, options, prompt, truncated) -> None:
    score = judge(text, prompt, truncated, **options)
    assert score.value == float(not score.evidence["violations"])
    assert (score.evidence["graded"] == 1.0) == (score.value == 1.0)
    assert judge(text, prompt, truncated, **options) == score


@given(TEXTS)
@settings(max_examples=200)
def test_any_text_gets_a_score_with_tools(text) -> None:
    assert judge(text, tool_mode="interleaved").value in (0.0, 1.0)


@given(st.sampled_from(["", " \n", "Hm. "]), TEXTS, st.sampled_from(["", "\n", "<|im_end|>", " bye", "</s>\n"]))
@settings(max_examples=200)
def test_a_text_that_passes_has_its_answer_where_the_shared_parse_finds_it(before, text, after) -> None:
    for layout, body in (("think_answer", f"<answer>{text}</answer>"), ("think_only", text)):
        completion = f"{before}<think>six</think>{body}{after}"
        score = judge(completion, layout=layout)
        if score.value == 1.0:
            part = find_answer_part(completion)
            assert part.text is not None
            assert score.evidence["span"] == [part.start, part.start + len(part.text)]


UNITS = ["a", "<", "[", "&lt;", "<think>", "</think>", "＜", "<thinkı ", "<think a==", "`a`", "```\n", "\u200b", "中"]
UNITS += [
    "e\u0301\u0315",
    "<t\u200b",
    "{",
    "◁think▷",
    "<tool_call>[</tool_call>",
    "\\boxed{",
    "<|im_end|>",
    "<        ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_two_hundred_thousand_characters_of_anything_take_well_under_a_second(unit: str) -> None:
    text = f"<think>x</think><answer>{unit * (200_000 // len(unit))}</answer>"
    everything = {"ignore_code": True, "require_boxed": True, "require_code": True, "choices": "AB"}
    for options in ({}, everything, {"tool_mode": "interleaved", "min_think_words": 1000}):
        start = time.process_time()
        judge(text, **options)
        assert time.process_time() - start < 1.0
