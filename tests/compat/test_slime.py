"""POST /rm with the bodies that slime and miles send."""

from __future__ import annotations

import json

import httpx
import pytest

RIGHT = {
    "prompt": [{"role": "user", "content": "1+1?"}],
    "response": "<think>x</think><answer>2</answer>",
    "label": "2",
}


def test_the_reply_is_a_bare_number(http: httpx.Client) -> None:
    answer = http.post("/rm", json=RIGHT)
    assert (answer.status_code, answer.headers["content-type"], answer.text) == (200, "application/json", "1.0")
    assert http.post("/rm", json={**RIGHT, "response": "3"}).json() == 0.0


def test_a_dict_has_the_names_that_a_reward_key_picks(http: httpx.Client) -> None:
    reply = http.post("/rm?format=dict&recipe=r1-zero", json=RIGHT).json()
    assert reply == {"accuracy": 1.0, "format": 1.0, "score": 2.0, "acc": 1.0, "pred": "2", "null": 0.0}


def test_a_null_label_has_the_same_names_and_what_the_url_says(http: httpx.Client) -> None:
    answer = http.post("/rm?format=dict&recipe=r1-zero&on_null=-1", json={**RIGHT, "label": None})
    assert answer.headers["X-Truegold-Nulls"] == "1"
    assert answer.json() == {"accuracy": 0.0, "format": 1.0, "score": -1.0, "acc": 0.0, "pred": None, "null": 1.0}


@pytest.mark.parametrize("label", [2, 2.0, ["1", "2"]])
def test_a_label_may_be_a_number_or_a_list(http: httpx.Client, label: object) -> None:
    assert http.post("/rm", json={**RIGHT, "label": label}).json() == 1.0


def test_an_answer_with_a_lone_surrogate_can_be_written(http: httpx.Client) -> None:
    body = json.dumps({**RIGHT, "response": "\\boxed{\ud800}"}).encode()
    answer = http.post("/rm?format=dict", content=body)
    assert answer.status_code == 200
    assert answer.json()["score"] == 0.0
