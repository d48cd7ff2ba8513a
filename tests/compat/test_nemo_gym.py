"""The endpoints of a NeMo-Gym resources server, with the bodies that its agents, verifiers and Axolotl send."""

from __future__ import annotations

from typing import Any

import httpx

PARAMS = {"input": [{"role": "user", "content": "2+3?"}, {"type": "function_call_output", "output": "5"}]}


def message(text: str) -> dict[str, Any]:
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]}


def reasoning(text: str) -> dict[str, Any]:
    return {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]}


def verify(http: httpx.Client, output: list[Any], path: str = "/verify", **row: Any) -> dict[str, Any]:
    body = {**row, "responses_create_params": PARAMS, "response": {"id": "r", "output": output}}
    answer = http.post(path, json=body)
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    assert (reply["responses_create_params"], reply["response"]) == (PARAMS, body["response"])
    assert row.items() <= reply.items()
    return reply


def test_a_session_begins_with_nothing(http: httpx.Client) -> None:
    assert http.post("/seed_session", json={"question": "2+3?"}).json() == {}


def test_the_row_is_echoed_and_rewarded(http: httpx.Client) -> None:
    row = {"question": "2+3?", "expected_answer": "5"}
    assert verify(http, [message("\\boxed{5}")], **row)["reward"] == 1.0
    assert verify(http, [message("\\boxed{6}")], **row)["reward"] == 0.0


def test_reasoning_items_count_as_thinking(http: httpx.Client) -> None:
    output = [reasoning("2+3 = 5"), message("<answer>\\boxed{5}</answer>")]
    reply = verify(http, output, "/r/r1-zero/verify", expected_answer="5")
    assert reply["reward_components"] == {"accuracy": 1.0, "format": 1.0}
    assert (reply["accuracy"], reply["format"], reply["reward"]) == (1.0, 1.0, 2.0)


def test_the_last_message_is_judged_with_the_thinking_since_the_last_tool_call(http: httpx.Client) -> None:
    call = {"type": "function_call", "name": "f", "arguments": "{}", "call_id": "c"}
    output = [reasoning("first"), message("\\boxed{6}"), call, reasoning("then"), message("\\boxed{5}")]
    assert verify(http, output, expected_answer="5")["reward"] == 1.0
    assert verify(http, [call], expected_answer="5")["reward"] == 0.0


def test_unit_tests_in_the_metadata_are_code(http: httpx.Client) -> None:
    metadata = {"unit_tests": {"inputs": ["3\n"], "outputs": ["6\n"], "fn_name": None}}
    output = [message("```python\nprint(2 * int(input()))\n```")]
    assert verify(http, output, verifier_metadata=metadata)["reward"] == 1.0


def test_a_row_without_an_answer_is_a_null_that_is_admitted_to(http: httpx.Client) -> None:
    reply = verify(http, [message("\\boxed{5}")], question="2+3?")
    assert (reply["reward"], reply["null"]) == (0.0, 1.0)


def test_metrics_are_means_by_task_and_in_all(http: httpx.Client) -> None:
    rows = [{"_ng_task_index": n // 2, "reward": float(n % 2), "name": "x"} for n in range(4)]
    reply = http.post("/aggregate_metrics", json={"verify_responses": rows}).json()
    assert reply["agent_metrics"] == reply["key_metrics"] == {"mean/reward": 0.5}
    assert reply["group_level_metrics"] == [{"_ng_task_index": n, "mean/reward": 0.5} for n in range(2)]
