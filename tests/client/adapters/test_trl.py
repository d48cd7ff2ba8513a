"""The adapter for TRL, called as its trainer calls it, against the service itself."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.client.stub import Stub
from truegold import RewardClient
from truegold.adapters.trl import RewardFunction, reward_functions

RIGHT, WRONG = "<think>2+3</think><answer>\\boxed{5}</answer>", "\\boxed{6}"
PROMPTS = ["2+3?"] * 3


@pytest.fixture
def service(service_url: str) -> Iterator[RewardClient]:
    with RewardClient(service_url) as client:
        yield client


@pytest.fixture
def functions(service: RewardClient) -> list[RewardFunction]:
    return reward_functions(service, "r1-zero", ["accuracy", "format"])


def call(function: RewardFunction, completions: list[Any], **columns: Any) -> list[float | None]:
    return function(
        prompts=PROMPTS[: len(completions)],
        completions=completions,
        completion_ids=[[1, 2]] * len(completions),
        trainer_state=object(),
        **columns,
    )


def test_each_component_is_a_function_with_its_name(functions: list[RewardFunction]) -> None:
    assert [function.__name__ for function in functions] == ["accuracy", "format"]
    scores = [call(function, [RIGHT, WRONG], answer=["5", "5"]) for function in functions]
    assert scores == [[1.0, 0.0], [1.0, 0.0]]


def test_without_names_the_one_function_pays_the_recipes_reward(service: RewardClient) -> None:
    (function,) = reward_functions(service, "r1-zero")
    assert function.__name__ == "reward"
    assert call(function, [RIGHT, WRONG], answer=["5", "5"]) == [2.0, 0.0]


def test_all_functions_together_ask_once_for_each_batch(stub: Stub, client: RewardClient) -> None:
    functions = reward_functions(client, "r1-zero", ["accuracy", "accuracy"])
    for completions in (["1", "2"], ["1", "3"]):
        for function in functions:
            call(function, completions, answer=["1", "1"])
    assert len(stub.requests) == 2


def test_functions_that_are_called_side_by_side_ask_once(stub: Stub, client: RewardClient) -> None:
    functions = reward_functions(client, "r1-zero", ["accuracy"] * 4)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda function: call(function, ["1", "2"], answer=["1", "1"]), functions))
    assert len(stub.requests) == 1


def test_a_sample_that_could_not_be_judged_is_none_in_every_function(functions: list[RewardFunction]) -> None:
    scores = [call(function, [RIGHT, RIGHT], answer=["5", None]) for function in functions]
    assert scores == [[1.0, None], [1.0, None]]


def test_the_first_function_logs_nulls_and_verdicts(functions: list[RewardFunction]) -> None:
    metrics: dict[str, float] = {}
    extras: dict[str, list[Any]] = {}
    for function in functions:
        call(
            function,
            [RIGHT, WRONG, RIGHT],
            answer=["5", "5", None],
            log_metric=metrics.__setitem__,
            log_extra=extras.__setitem__,
        )
    assert metrics == {"null_share": pytest.approx(1 / 3)}
    assert extras == {"verdict": ["correct", "incorrect", "bad_truth"]}


def test_functions_work_after_pickling_and_still_ask_once(
    stub: Stub,
) -> None:
    original = RewardClient(stub.url)
    copies: list[RewardFunction] = pickle.loads(pickle.dumps(reward_functions(original, "r1-zero", ["accuracy"] * 2)))
    assert [function.__name__ for function in copies] == ["accuracy", "accuracy"]
    for function in copies:
        call(function, ["1", "2"], answer=["1", "1"])
    assert len(stub.requests) == 1
    copies[0]._batch._client.close()


def test_chat_messages_are_judged_by_the_last_one(functions: list[RewardFunction]) -> None:
    completions = [[{"role": "assistant", "content": text}] for text in (RIGHT, WRONG)]
    assert call(functions[0], completions, solution=["so it is $\\boxed{5}$"] * 2) == [1.0, 0.0]


def test_an_answer_column_is_preferred_to_worked_text_and_one_may_be_named(service: RewardClient) -> None:
    columns = {"answer": ["5"], "solution": ["6"]}
    (default,) = reward_functions(service)
    (named,) = reward_functions(service, truth_column="solution")
    assert call(default, [RIGHT], **columns) == [1.0]
    assert call(named, [RIGHT], **columns) == [0.0]
