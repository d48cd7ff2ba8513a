"""`auto`: the data source first, then the shape of the ground truth."""

from __future__ import annotations

from typing import Any

import pytest

from verifiers.routing import route

KNOWN = ("choice", "code", "math")


@pytest.mark.parametrize(
    ("source", "verifier"),
    [
        ("openai/gsm8k", "math"),
        ("math_dapo", "math"),
        ("numina_olympiads", "math"),
        ("taco", "code"),
        ("LiveCodeBench/code_generation_lite", "code"),
        ("TIGER-Lab/MMLU-Pro", "choice"),
    ],
)
def test_a_known_data_source_decides(source: str, verifier: str) -> None:
    assert route("A", source, KNOWN).verifier == verifier
    assert source in route("A", source, KNOWN).by


@pytest.mark.parametrize(
    ("truth", "verifier"),
    [
        ("42", "math"),
        (["1", "2"], "math"),
        ({"answer": "42", "solution": "..."}, "math"),
        (["assert f(1) == 2"], "code"),
        ('["assert f(1) == 2"]', "code"),
        ('[{"input": "1", "output": "2"}]', "code"),
        ('{"inputs": ["1"], "outputs": ["2"]}', "code"),
        ({"reward_model": {"ground_truth": '{"inputs": ["1"], "outputs": ["2"]}'}}, "code"),
        ({"inputs": None, "outputs": None, "answer": "42"}, "math"),
        ("[1, 2]", "math"),
        (None, "math"),
    ],
)
def test_an_unknown_source_falls_to_the_shape_of_the_ground_truth(truth: Any, verifier: str) -> None:
    for source in (None, "nobody/knows-this"):
        routed = route(truth, source, KNOWN)
        assert (routed.verifier, routed.by.partition(":")[0]) == (verifier, "shape")


def test_a_whole_row_names_its_source() -> None:
    for key, name in (("data_source", "taco"), ("dataset", "code_stdio"), ("dataset", ["code"]), ("tag", "KodCode")):
        assert route({key: name, "ground_truth": "?"}, None, KNOWN).verifier == "code"


def test_a_rule_that_is_not_there_is_not_chosen() -> None:
    assert route("A", "cais/mmlu", ("code", "math")).verifier == "math"
