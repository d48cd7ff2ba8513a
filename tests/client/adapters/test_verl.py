"""The adapters for verl's reward managers, against the service itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from truegold.adapters import verl

RIGHT, WRONG = "<think>2+3</think><answer>\\boxed{5}</answer>", "\\boxed{6}"
PAID = {"accuracy": 1.0, "format": 1.0, "acc": 1.0, "null": 0.0, "score": 2.0}


@pytest.fixture
def settings(service_url: str) -> Iterator[dict[str, Any]]:
    yield {"url": service_url, "recipe": "r1-zero"}
    verl._client(service_url).close()  # which a training process keeps to its end


def test_one_sample_gets_a_dict_of_numbers(settings: dict[str, Any]) -> None:
    assert verl.compute_score("openai/gsm8k", RIGHT, "5", {"index": 1}, **settings) == PAID


def test_keys_are_the_same_for_a_sample_that_could_not_be_judged(settings: dict[str, Any]) -> None:
    lost = verl.compute_score("openai/gsm8k", RIGHT, None, None, **settings, on_null=-1.0)
    assert list(lost) == list(PAID)
    assert (lost["score"], lost["null"], lost["acc"]) == (-1.0, 1.0, 0.0)


def test_the_async_form_runs_in_one_event_loop_after_another(settings: dict[str, Any]) -> None:
    async def both() -> list[dict[str, float]]:
        asked = [verl.compute_score_async("math_dapo", text, "5", {}, **settings) for text in (RIGHT, WRONG)]
        return await asyncio.gather(*asked)

    for _ in range(2):
        right, wrong = asyncio.run(both())
        assert (right, wrong["score"]) == (PAID, 0.0)


def test_a_batch_is_one_call_in_order(settings: dict[str, Any]) -> None:
    program = "```python\nprint(2 * int(input()))\n```"
    tests = '{"inputs": ["3\\n"], "outputs": ["6\\n"]}'
    paid = verl.compute_score_batch(
        ["math_dapo", "taco", "math_dapo"], [RIGHT, program, WRONG], ["5", tests, "5"], [None] * 3, **settings
    )
    assert [each["acc"] for each in paid] == [1.0, 1.0, 0.0]


def test_prime_gets_a_float(settings: dict[str, Any]) -> None:
    assert verl.compute_score_float("math_dapo", RIGHT, "5", {}, **settings) == 2.0


def test_what_else_verl_passes_is_ignored(settings: dict[str, Any]) -> None:
    assert verl.compute_score("x", RIGHT, "5", {}, reward_router_address=None, **settings) == PAID
