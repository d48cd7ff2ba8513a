"""Recipes of the literature over real HTTP: shaping, gates, groups, and what is refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

RIGHT = {"completion": "so it is \\boxed{42}", "ground_truth": "42", "verifier": "math"}
WRONG = {"completion": "so it is \\boxed{41}", "ground_truth": "42", "verifier": "math"}


def post(http: httpx.Client, **request: Any) -> dict[str, Any]:
    answer = http.post("/v1/rewards", json=request)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_unshaped_leaves_out_length_and_language_and_keeps_the_rest(http: httpx.Client) -> None:
    thinking = {**RIGHT, "completion": "<think>我们 add the two 数字 now</think><answer>\\boxed{42}</answer>"}
    (result,) = post(http, recipe="r1", samples=[{**thinking, "prompt": "What is it?"}])["results"]
    assert result["unshaped"] == 2.0
    assert 2.0 < result["reward"] < 3.0
    assert "language_mixed" in result["flags"]


def test_a_token_based_rule_without_counts_is_bad_sample_and_the_others_are_judged(http: httpx.Client) -> None:
    counted = {**RIGHT, "completion_tokens": 18_432, "max_tokens": 20_480}
    body = post(http, recipe="dapo", samples=[RIGHT, counted])
    assert body["rewards"] == [None, 0.5]
    assert body["results"][0]["error"]["code"] == "bad_sample"
    assert "completion_tokens" in body["results"][0]["error"]["message"]


def test_kimi_compares_inside_each_group_and_streams_the_same(http: httpx.Client) -> None:
    samples = [
        {**RIGHT, "group": "a", "completion_tokens": 10},
        {**RIGHT, "group": "b", "completion_tokens": 20},
        {**WRONG, "group": "a", "completion_tokens": 30},
    ]
    body = post(http, recipe="kimi-k1.5", samples=samples, groups={"advantage": "mean"})
    assert body["rewards"] == [1.5, 1.0, -0.5]
    assert [result["advantage"] for result in body["results"]] == [1.0, 0.0, -1.0]


def test_repeats_count_as_repeats_though_each_has_its_own_company(http: httpx.Client) -> None:
    samples = [{**RIGHT, "prompt": "repeats", "group": "a", "completion_tokens": 10}] * 3
    assert post(http, recipe="kimi-k1.5", samples=samples)["timing"]["deduplicated"] == 2


def test_shaping_that_can_lift_wrong_above_right_is_refused_with_both_numbers(http: httpx.Client) -> None:
    components = [
        {"name": "accuracy", "verifier": "$sample"},
        {"name": "language", "verifier": "language", "weight": 1.5},
    ]
    answer = http.post("/v1/rewards", json={"recipe": {"components": components}, "samples": [RIGHT]})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == "recipe"
    assert "lift a wrong completion to 1.5" in error["message"]


def test_the_catalogue_marks_what_pays_wrong(http: httpx.Client) -> None:
    listed = {recipe["name"]: recipe for recipe in http.get("/v1/recipes").json()["recipes"]}
    assert {name for name, recipe in listed.items() if recipe["pays_wrong"]} == {"r1", "open-r1"}
    assert listed["logic-rl"]["gate_pays"] == -3.0


@pytest.mark.parametrize(
    "change", [{"gate_pays": "much"}, {"gatepays": 1}, {"components": [{"name": "a", "verifier": "r1"}]}]
)
def test_a_recipe_names_rules_and_no_other_recipe(http: httpx.Client, change: dict[str, Any]) -> None:
    recipe = {"components": [{"name": "accuracy", "verifier": "$sample"}], **change}
    assert http.post("/v1/rewards", json={"recipe": recipe, "samples": [RIGHT]}).status_code == 422


def test_a_batch_comes_with_the_figures_that_trainers_plot(http: httpx.Client) -> None:
    samples = [{**RIGHT, "group": "a"}, {**WRONG, "group": "a"}, {**RIGHT, "group": "b"}, {**RIGHT, "ground_truth": ""}]
    figures = post(http, recipe="accuracy", samples=samples)["figures"]
    assert figures["reward"] == figures["rewards/accuracy/mean"] == pytest.approx(2 / 3)
    assert (figures["frac_reward_zero_std"], figures["frac_null"]) == (0.5, 0.25)
    assert post(http, samples=[])["figures"] == {}
