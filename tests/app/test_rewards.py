"""POST /v1/rewards and /v1/verify, over real HTTP: order, null against 0, recipes, mixed batches, streams."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

RIGHT = {"completion": "so \\boxed{42}", "ground_truth": "42", "verifier": "math"}
WRONG = {"completion": "so \\boxed{41}", "ground_truth": "42", "verifier": "math"}
THINKING = {
    "completion": "<think>6*7 = 42</think><answer>\\boxed{42}</answer>",
    "ground_truth": "42",
    "verifier": "math",
}
DOUBLES = {
    "completion": "```python\nprint(2 * int(input()))\n```",
    "ground_truth": {"tests": [{"stdin": "3\n", "stdout": "6\n"}]},
    "verifier": "code",
}


def post(http: httpx.Client, **request: Any) -> dict[str, Any]:
    answer = http.post("/v1/rewards", json=request)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert len(body["rewards"]) == len(body["results"]) == len(request["samples"])
    return body


def refused(http: httpx.Client, **request: Any) -> dict[str, Any]:
    answer = http.post("/v1/rewards", json=request)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    return problem


def verdicts(body: dict[str, Any], component: int = 0) -> list[str]:
    return [result["components"][component]["verdict"] for result in body["results"]]


# ------------------------------------------------------------------------------------------------------- the main job


def test_rewards_come_back_in_the_order_of_the_samples(http: httpx.Client) -> None:
    samples = [{**(RIGHT if i % 3 else WRONG), "id": f"s{i}", "prompt": f"problem {i}"} for i in range(60)]
    body = post(http, samples=samples)
    assert body["rewards"] == [1.0 if i % 3 else 0.0 for i in range(60)]
    assert [result["id"] for result in body["results"]] == [f"s{i}" for i in range(60)]


def test_the_documented_example_gets_the_documented_reward(http: httpx.Client) -> None:
    body = post(http, recipe="r1-zero", samples=[{**THINKING, "id": "p17-3", "group": "p17"}])
    (result,) = body["results"]
    assert body["rewards"] == [2.0]
    assert (result["id"], result["group"], result["reward"], result["unshaped"]) == ("p17-3", "p17", 2.0, 2.0)
    assert [part["name"] for part in result["components"]] == ["accuracy", "format"]
    accuracy = result["components"][0]
    assert (accuracy["score"], accuracy["verdict"], accuracy["answer"]) == (1.0, "correct", "42")
    start, end = accuracy["evidence"]["span"]
    assert THINKING["completion"][start:end] == "42"
    assert body["groups"][0]["mean"] == 2.0
    assert body["fingerprint"].startswith("r1-zero@")
    assert set(body["timing"]) == {"total_ms", "queue_ms", "samples", "deduplicated"}


def test_math_code_and_format_go_in_one_batch(http: httpx.Client) -> None:
    body = post(http, samples=[RIGHT, DOUBLES, {**THINKING, "verifier": "format"}, WRONG])
    assert body["rewards"] == [1.0, 1.0, 1.0, 0.0]


def test_an_empty_batch_answers_with_empty_lists(http: httpx.Client) -> None:
    body = post(http, samples=[])
    assert (body["rewards"], body["results"]) == ([], [])


def test_ids_default_to_the_index_and_may_repeat(http: httpx.Client) -> None:
    body = post(http, samples=[RIGHT, {**RIGHT, "id": "x"}, {**WRONG, "id": "x"}])
    assert [result["id"] for result in body["results"]] == ["0", "x", "x"]
    assert body["rewards"] == [1.0, 1.0, 0.0]


def test_repeats_in_a_batch_are_judged_once(http: httpx.Client) -> None:
    body = post(http, samples=[{**RIGHT, "prompt": "only here"}] * 5)
    assert body["timing"]["deduplicated"] == 4
    assert body["rewards"] == [1.0] * 5


def test_the_same_sample_gets_the_same_fingerprint_whatever_its_company(http: httpx.Client) -> None:
    assert post(http, samples=[RIGHT])["fingerprint"] == post(http, samples=[RIGHT, WRONG, RIGHT])["fingerprint"]


def test_other_options_give_another_fingerprint(http: httpx.Client) -> None:
    plain, whole = post(http, samples=[RIGHT]), post(http, samples=[{**RIGHT, "options": {"where": "whole"}}])
    assert plain["fingerprint"] != whole["fingerprint"]


def test_chat_messages_are_judged_by_the_last_assistant_message(http: httpx.Client) -> None:
    messages = [{"role": "user", "content": "6*7?"}, {"role": "assistant", "content": "so \\boxed{42}"}]
    assert post(http, samples=[{**RIGHT, "completion": messages}])["rewards"] == [1.0]


def test_explain_adds_the_steps_and_changes_nothing_else(http: httpx.Client) -> None:
    plain, explained = post(http, samples=[RIGHT]), post(http, samples=[RIGHT], explain=True)
    assert "trace" not in plain["results"][0]["components"][0]
    assert explained["results"][0]["components"][0]["trace"]
    assert plain["rewards"] == explained["rewards"]


def test_the_request_id_is_echoed(http: httpx.Client) -> None:
    answer = http.post("/v1/rewards", json={"samples": [RIGHT]}, headers={"X-Request-Id": "step12-rank3"})
    assert answer.headers["x-request-id"] == "step12-rank3"


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_compressed_bodies_are_read(http: httpx.Client, encoding: str) -> None:
    import gzip

    from backports import zstd

    body = json.dumps({"samples": [RIGHT]}).encode()
    packed = gzip.compress(body) if encoding == "gzip" else zstd.compress(body)
    answer = http.post("/v1/rewards", content=packed, headers={"Content-Encoding": encoding})
    assert answer.json()["rewards"] == [1.0]


# ------------------------------------------------------------------------------------------------------ null against 0


def test_a_ground_truth_that_cannot_be_read_is_null_and_the_others_are_judged(http: httpx.Client) -> None:
    body = post(http, samples=[{**RIGHT, "ground_truth": "\\frac{1}{"}, RIGHT, {**RIGHT, "ground_truth": ""}])
    assert body["rewards"] == [None, 1.0, None]
    error = body["results"][0]["error"]
    assert (error["code"], error["retryable"]) == ("bad_truth", False)


def test_a_completion_without_an_answer_is_zero_and_not_null(http: httpx.Client) -> None:
    body = post(http, samples=[{**RIGHT, "completion": ""}, {**RIGHT, "completion": "<think>42"}])
    assert body["rewards"] == [0.0, 0.0]
    assert verdicts(body) == ["no_answer", "no_answer"]


def test_one_sample_of_wrong_type_suffers_alone(http: httpx.Client) -> None:
    bad: list[Any] = [{"completion": 5}, {}, "text", None, {"completion": ["x"]}, {**RIGHT, "truncated": "yes"}]
    body = post(http, recipe="accuracy", samples=[RIGHT, *bad, WRONG])
    assert body["rewards"] == [1.0, *[None] * len(bad), 0.0]
    assert verdicts(body)[1:-1] == ["bad_sample"] * len(bad)
    assert body["results"][1]["error"]["code"] == "bad_sample"


def test_nan_in_one_sample_makes_that_sample_bad(http: httpx.Client) -> None:
    text = '{"samples": [{"completion": NaN, "verifier": "math"}, %s, {"completion": "1", "ground_truth": 1e999, "verifier": "math"}]}'
    answer = http.post("/v1/rewards", content=text % json.dumps(RIGHT))
    assert answer.json()["rewards"] == [None, 1.0, None]
    assert verdicts(answer.json()) == ["bad_sample", "correct", "bad_sample"]


def test_on_null_replaces_the_reward_and_hides_nothing(http: httpx.Client) -> None:
    body = post(http, samples=[{**RIGHT, "ground_truth": ""}, RIGHT], on_null=0)
    assert body["rewards"] == [0.0, 1.0]
    assert verdicts(body) == ["bad_truth", "correct"]
    assert body["results"][0]["error"]["code"] == "bad_truth"


def test_the_deadline_answers_for_what_is_left(http: httpx.Client) -> None:
    endless = {**DOUBLES, "completion": "while True: pass", "options": {"time_limit_s": 30}}
    body = post(http, samples=[RIGHT, endless], deadline_s=1.5)
    assert body["rewards"][1] is None
    assert body["results"][1]["error"] == {**body["results"][1]["error"], "code": "deadline", "retryable": True}


def test_a_truncated_completion_loses_its_format_and_keeps_its_accuracy(http: httpx.Client) -> None:
    body = post(http, recipe="r1-zero", samples=[{**THINKING, "truncated": True}])
    accuracy, form = body["results"][0]["components"]
    assert (accuracy["score"], form["score"]) == (1.0, 0.0)
    assert "truncated" in accuracy["flags"]


# ------------------------------------------------------------------------------------------------------------- recipes


def test_a_sample_s_own_recipe_overrides_the_request_s(http: httpx.Client) -> None:
    body = post(http, recipe="accuracy", samples=[RIGHT, {**THINKING, "recipe": "r1-zero"}])
    names = [[part["name"] for part in result["components"]] for result in body["results"]]
    assert body["rewards"] == [1.0, 2.0]
    assert names == [["accuracy", "format"]] * 2
    assert verdicts(body, 1) == ["not_applicable", "correct"]


def test_an_inline_recipe_weighs_and_gates(http: httpx.Client) -> None:
    recipe = {
        "components": [
            {"name": "accuracy", "verifier": "$sample", "weight": 2.0},
            {
                "name": "format",
                "verifier": "format",
                "weight": 0.5,
                "options": {"layout": "think_answer"},
                "gate": True,
            },
        ],
        "combine": "sum",
    }
    body = post(http, recipe=recipe, samples=[THINKING, RIGHT])
    assert body["rewards"] == [2.5, 0.0]


def test_gated_pays_accuracy_only_where_the_format_holds(http: httpx.Client) -> None:
    assert post(http, recipe="gated", samples=[THINKING, RIGHT, {**THINKING, "ground_truth": "7"}])["rewards"] == [
        1.0,
        0.0,
        0.0,
    ]


def test_auto_says_by_what_it_routed(http: httpx.Client) -> None:
    by_source = {**RIGHT, "verifier": "auto", "metadata": {"data_source": "openai/gsm8k"}}
    by_shape = {**DOUBLES, "verifier": "auto"}
    body = post(http, samples=[by_source, by_shape])
    assert body["rewards"] == [1.0, 1.0]
    routed = [result["components"][0]["evidence"]["routed_by"] for result in body["results"]]
    assert "gsm8k" in routed[0]
    assert "shape" in routed[1]


# --------------------------------------------------------------------------------------------------- refused as a whole


def test_neither_recipe_nor_verifier_names_the_missing_field(http: httpx.Client) -> None:
    problem = refused(http, samples=[RIGHT, {"completion": "42", "ground_truth": "42"}])
    assert problem["errors"][0]["field"] == "samples[1].verifier"


@pytest.mark.parametrize(
    ("change", "field", "known"),
    [
        ({"verifier": "mth"}, "samples[0].verifier", "math"),
        ({"options": {"tolerence": 1}}, "samples[0].options.tolerence", "tolerance"),
        ({"recipe": "r1zero"}, "samples[0].recipe", "r1-zero"),
        ({"options": {"where": 5}}, "samples[0].options.where", ""),
        ({"options": {"cpu_budget_s": -1}}, "samples[0].options.cpu_budget_s", ""),
        ({"options": {"cpu_budget_s": 1e9}}, "samples[0].options.cpu_budget_s", "at most"),
        ({"verifier": "code", "options": {"language": "klingon"}}, "samples[0].options", "python"),
    ],
)
def test_a_name_or_option_that_does_not_exist_refuses_the_batch(
    http: httpx.Client, change: dict[str, Any], field: str, known: str
) -> None:
    problem = refused(http, samples=[{**RIGHT, **change}])
    assert problem["errors"][0]["field"].startswith(field)
    assert known in problem["errors"][0]["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"samples": "x"},
        {"explain": "yes"},
        {"deadline_s": -1},
        {"on_null": "zero"},
        {"recipe": 7},
        {"recipe": {"components": []}},
        {"groups": {"advantage": "ppo"}},
        {"explian": True},
    ],
)
def test_a_request_that_cannot_be_read_is_refused_with_the_field(http: httpx.Client, change: dict[str, Any]) -> None:
    problem = refused(http, **{"samples": [RIGHT], **change})
    assert problem["errors"]
    assert problem["status"] == 422


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"samples": ' + b"[" * 99_999]
)
def test_what_is_not_a_json_object_is_refused(http: httpx.Client, body: bytes) -> None:
    answer = http.post("/v1/rewards", content=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_content_encoding_is_415(http: httpx.Client) -> None:
    assert http.post("/v1/rewards", content=b"x", headers={"Content-Encoding": "br"}).status_code == 415


def test_a_path_that_does_not_exist_is_a_problem_too(http: httpx.Client) -> None:
    answer = http.get("/v2/rewards")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


# -------------------------------------------------------------------------------------------------------- hostile input


def test_a_completion_of_ten_megabytes_of_braces_is_judged(http: httpx.Client) -> None:
    body = post(http, samples=[{**RIGHT, "completion": "{" * 10_000_000}, RIGHT])
    assert body["rewards"] == [0.0, 1.0]


def test_lone_surrogates_and_nul_are_judged_as_they_stand(http: httpx.Client) -> None:
    text = '{"samples": [{"completion": "\\ud800 \\u0000 \\\\boxed{42}", "ground_truth": "42", "verifier": "math", "id": "\\ud800"}]}'
    answer = http.post("/v1/rewards", content=text)
    assert answer.status_code == 200
    assert answer.json()["rewards"] == [1.0]


def test_nesting_in_one_ground_truth_spoils_that_sample_only(http: httpx.Client) -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    body = post(http, samples=[{**RIGHT, "ground_truth": deep}, RIGHT])
    assert body["rewards"] == [None, 1.0]


def test_a_number_of_five_thousand_digits_spoils_its_own_sample_only(http: httpx.Client) -> None:
    text = '{"samples": [{"completion": "1", "ground_truth": %s, "verifier": "math"}, %s]}'
    answer = http.post("/v1/rewards", content=text % ("1" * 5000, json.dumps(RIGHT)))
    assert answer.status_code == 200
    assert answer.json()["rewards"] == [None, 1.0]


@pytest.mark.parametrize(
    "answer", ["9^{9^{9^9}}", "((9!)!)!", "7^{" + "1" * 5000 + "}", "\\int e^{\\sin x^{\\cos x}} dx"]
)
def test_an_answer_that_would_hang_is_wrong_and_its_neighbours_are_right(http: httpx.Client, answer: str) -> None:
    hostile = {**RIGHT, "completion": f"\\boxed{{{answer}}}", "options": {"cpu_budget_s": 0.5}}
    body = post(http, samples=[RIGHT, hostile, WRONG])
    assert body["rewards"] == [1.0, 0.0, 0.0]


# -------------------------------------------------------------------------------------------------------------- streams


def stream(http: httpx.Client, **request: Any) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    with http.stream("POST", "/v1/rewards", json=request, headers={"Accept": "application/x-ndjson"}) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        lines = [json.loads(line) for line in answer.iter_lines() if line.strip()]
    return lines[:-1], lines[-1]["summary"]


def test_a_stream_holds_each_result_once_and_a_summary(http: httpx.Client) -> None:
    results, summary = stream(http, samples=[{**RIGHT, "id": "a"}, {**WRONG, "id": "b"}, {**RIGHT, "ground_truth": ""}])
    assert {line["index"]: line["reward"] for line in results} == {0: 1.0, 1: 0.0, 2: None}
    assert {line["index"]: line["id"] for line in results} == {0: "a", 1: "b", 2: "2"}
    assert summary["timing"]["samples"] == 3
    assert summary["fingerprint"].startswith("accuracy@")


def test_a_fast_sample_is_streamed_before_a_slow_one(http: httpx.Client) -> None:
    slow = {**DOUBLES, "completion": "while True: pass", "options": {"time_limit_s": 1}}
    results, _ = stream(http, samples=[slow, RIGHT, WRONG])
    assert [line["index"] for line in results][-1] == 0


def test_a_group_is_streamed_together_where_its_advantage_is_asked(http: httpx.Client) -> None:
    slow = {**DOUBLES, "completion": "while 1: pass", "options": {"time_limit_s": 1}, "group": "g"}
    results, summary = stream(http, samples=[slow, {**RIGHT, "group": "g"}, RIGHT], groups={"advantage": "mean"})
    assert [line["index"] for line in results] == [2, 0, 1]
    assert [line["advantage"] for line in results] == [None, -0.5, 0.5]
    assert summary["groups"][0]["mean"] == 0.5


# --------------------------------------------------------------------------------------------------------------- groups


def test_groups_get_advantages_and_pass_at_k(http: httpx.Client) -> None:
    samples = [{**RIGHT, "group": "g"}, {**WRONG, "group": "g"}, {**RIGHT, "ground_truth": "", "group": "g"}, RIGHT]
    body = post(http, samples=samples, groups={"advantage": "grpo", "pass_at": [1, 2, 8]})
    advantages = [result["advantage"] for result in body["results"]]
    assert advantages[0] == pytest.approx(0.5 / (0.5**0.5 + 1e-4))
    assert advantages[1] == pytest.approx(-advantages[0])
    assert advantages[2:] == [None, None]
    (group,) = body["groups"]
    assert (group["group"], group["n"], group["mean"], group["zero_variance"]) == ("g", 3, 0.5, False)
    assert group["pass_at"] == {"1": 0.5, "2": 1.0, "8": None}


# --------------------------------------------------------------------------------------------------------------- verify


def test_verify_gives_one_component_with_its_trace(http: httpx.Client) -> None:
    answer = http.post(
        "/v1/verify/math", content=json.dumps({"completion": "\\boxed{\\frac12}", "ground_truth": "0.5"})
    )
    body = answer.json()
    assert answer.status_code == 200
    assert (body["verdict"], body["score"], body["verifier"]) == ("correct", 1.0, "math")
    assert body["trace"]
    assert not {"name", "weight"} & set(body)


def test_verify_reads_a_body_whatever_its_content_type_says(http: httpx.Client) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    body = json.dumps({"completion": "\\boxed{2}", "ground_truth": "2", "explain": False})
    answer = http.post("/v1/verify/math", content=body, headers=headers)
    assert answer.json()["verdict"] == "correct"
    assert "trace" not in answer.json()


def test_verify_names_the_option_that_does_not_exist(http: httpx.Client) -> None:
    answer = http.post("/v1/verify/math", json={"completion": "1", "ground_truth": "1", "options": {"x": 1}})
    assert answer.json()["errors"][0]["field"] == "options.x"


def test_a_lone_surrogate_in_an_option_is_refused(http: httpx.Client) -> None:
    text = (
        '{"samples": [{"completion": "1", "ground_truth": "1", "verifier": "math", "options": {"where": "\\ud800"}}]}'
    )
    assert http.post("/v1/rewards", content=text).status_code == 422


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/verify/mth", {"completion": "1"}, 422),
        ("/v1/verify/math", {"completion": 1}, 422),
        ("/v1/verify/math", {}, 422),
        ("/v1/verify/math", {"completion": "1", "options": {"x": 1}}, 422),
    ],
)
def test_verify_refuses_what_it_cannot_read(http: httpx.Client, path: str, body: dict[str, Any], status: int) -> None:
    assert http.post(path, json=body).status_code == status
