"""POST /get_reward with the bodies that OpenRLHF sends, and with those that its users get wrong."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

PROMPT = "What is 2+3?\n"
RIGHT, WRONG = "<think>2+3</think><answer>\\boxed{5}</answer>", "<think>2+3</think><answer>\\boxed{6}</answer>"


def ask(http: httpx.Client, path: str = "/get_reward", **body: Any) -> dict[str, Any]:
    answer = http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    assert len(reply["rewards"]) == len(reply["scores"])
    assert all(isinstance(number, float) for number in reply["rewards"] + reply["scores"])
    return reply


def test_one_sample_a_request_gets_lists_of_one(http: httpx.Client) -> None:
    reply = ask(http, query=[PROMPT + RIGHT], prompts=[PROMPT], labels=["5"])
    assert reply == {"rewards": [1.0], "scores": [1.0], "extra_logs": {"accuracy": [1.0], "null": [0.0]}}


def test_a_whole_rollout_batch_keeps_its_order(http: httpx.Client) -> None:
    queries = [PROMPT + (RIGHT if n % 3 else WRONG) for n in range(12)]
    reply = ask(http, query=queries, prompts=[PROMPT] * 12, labels=["5"] * 12)
    assert reply["rewards"] == [float(n % 3 > 0) for n in range(12)]


def test_a_recipe_in_the_path_pays_format_too_while_scores_say_only_what_is_right(http: httpx.Client) -> None:
    reply = ask(
        http, "/r/r1-zero/get_reward", query=[PROMPT + RIGHT, PROMPT + WRONG], prompts=[PROMPT] * 2, labels=["5"] * 2
    )
    assert (reply["rewards"], reply["scores"]) == ([2.0, 1.0], [1.0, 0.0])
    assert reply["extra_logs"] == {"accuracy": [1.0, 0.0], "format": [1.0, 1.0], "null": [0.0, 0.0]}


@pytest.mark.parametrize("ending", ["</s>", "<|im_end|>\n", "<|endoftext|>", "<|eot_id|><|pad|><|pad|>", "<pad><eos>"])
@pytest.mark.parametrize("recipe", ["accuracy", "r1-zero"])
def test_special_tokens_at_the_end_cost_nothing(http: httpx.Client, ending: str, recipe: str) -> None:
    clean, ended = (
        ask(http, f"/r/{recipe}/get_reward", query=[PROMPT + RIGHT + end], prompts=[PROMPT], labels=["5"])
        for end in ("", ending)
    )
    assert clean == ended


@pytest.mark.parametrize(
    "query",
    [
        "<|begin_of_text|>" + PROMPT + RIGHT,
        "<s> What is  2+3?" + RIGHT,
        PROMPT.rstrip() + RIGHT,
        RIGHT,
    ],
    ids=["a start token before it", "other whitespace", "its last newline lost", "no prompt at all"],
)
def test_a_prompt_that_is_no_prefix_of_the_query_is_still_told_from_the_response(
    http: httpx.Client, query: str
) -> None:
    assert ask(http, "/r/r1-zero/get_reward", query=[query], prompts=[PROMPT], labels=["5"])["rewards"] == [2.0]


def test_a_prompt_whose_beginning_was_cut_off_to_fit_is_still_told_from_the_response(http: httpx.Client) -> None:
    prompt = "A long story. " * 40 + "Example: \\boxed{5}. And now, what is 2+4?\n"
    reply = ask(http, query=[prompt[200:] + "no idea"], prompts=[prompt], labels=["5"])
    assert reply["rewards"] == [0.0]


def test_an_answer_in_the_prompt_is_not_the_policys(http: httpx.Client) -> None:
    prompt = "Example: \\boxed{5}. What is 2+3?"
    assert ask(http, query=[prompt + " I do not know"], prompts=[prompt], labels=["5"])["rewards"] == [0.0]


def test_a_think_tag_that_the_prompt_opens_counts_as_opened(http: httpx.Client) -> None:
    prompt = PROMPT + "<think>\n"
    assert ask(http, query=[prompt + "it is \\boxed{5}"], prompts=[prompt], labels=["5"])["rewards"] == [0.0]
    assert ask(http, query=[prompt + "so</think>\\boxed{5}"], prompts=[prompt], labels=["5"])["rewards"] == [1.0]


@pytest.mark.parametrize("label", [5, 5.0, "5", "\\boxed{5}", ["4", "5"], '{"ground_truth": "5"}'])
def test_a_label_may_be_anything_that_says_five(http: httpx.Client, label: Any) -> None:
    assert ask(http, query=[PROMPT + RIGHT], prompts=[PROMPT], labels=[label])["rewards"] == [1.0]


def test_a_null_label_is_a_zero_that_is_admitted_to(http: httpx.Client) -> None:
    body = {"query": [PROMPT + RIGHT] * 2, "prompts": [PROMPT] * 2, "labels": [None, "5"]}
    answer = http.post("/get_reward", json=body)
    assert answer.json()["rewards"] == [0.0, 1.0]
    assert answer.json()["extra_logs"]["null"] == [1.0, 0.0]
    assert answer.headers["X-Truegold-Nulls"] == "1"


def test_labels_and_prompts_may_be_missing_or_shorter(http: httpx.Client) -> None:
    assert ask(http, query=[PROMPT + RIGHT])["rewards"] == [0.0]
    assert ask(http, query=[RIGHT, RIGHT], prompts=None, labels=["5"])["rewards"] == [1.0, 0.0]


def test_one_lone_surrogate_leaves_the_rest_of_the_batch_alone(http: httpx.Client) -> None:
    body = {"query": [PROMPT + RIGHT, PROMPT + "\ud800 \\boxed{5}", 7], "prompts": [PROMPT] * 3, "labels": ["5"] * 3}
    answer = http.post("/get_reward", content=json.dumps(body).encode())
    assert answer.status_code == 200
    assert answer.json()["rewards"] == [1.0, 1.0, 0.0]
    assert answer.headers["X-Truegold-Nulls"] == "1"


def test_a_code_label_is_json_in_a_string(http: httpx.Client) -> None:
    label = json.dumps({"inputs": ["3\n"], "outputs": ["6\n"]})
    program = "```python\nprint(2 * int(input()))\n```<|im_end|>"
    assert ask(http, query=["Double it.\n" + program], prompts=["Double it.\n"], labels=[label])["rewards"] == [1.0]
