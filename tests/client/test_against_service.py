"""The client against the service itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from decimal import Decimal

import pytest

from truegold import AsyncRewardClient, BadRequest, Results, RewardClient

R1 = "<think>6*7 = 42</think><answer>\\boxed{42}</answer>"


@pytest.fixture
def service(service_url: str) -> Iterator[RewardClient]:
    with RewardClient(service_url) as client:
        yield client


def test_right_and_wrong_answers_are_told_apart(service: RewardClient) -> None:
    samples = [
        {"completion": f"\\boxed{{{answer}}}", "ground_truth": "0.5", "verifier": "math"}
        for answer in ("1/2", "2", "50\\%")
    ]
    assert service.score(samples).rewards[:2] == [1.0, 0.0]


def test_a_recipe_pays_its_components(service: RewardClient) -> None:
    result = service.score([{"completion": R1, "ground_truth": "42", "verifier": "math"}], "r1-zero")[0]
    assert (result.reward, result.scores) == (2.0, {"accuracy": 1.0, "format": 1.0})
    assert result.component("accuracy").evidence["span"] == [38, 40]


def test_an_unreadable_ground_truth_is_a_null_and_the_others_are_judged(service: RewardClient) -> None:
    samples = [
        {"completion": "\\boxed{1}", "ground_truth": {"no": "truth"}, "verifier": "math"},
        {"completion": "\\boxed{1}", "ground_truth": Decimal(1), "verifier": "math"},
    ]
    results = service.score(samples)
    assert results.rewards == [None, 1.0]
    assert (results[0].error.code, results[0].error.retryable) == ("bad_truth", False)


def test_an_unknown_verifier_is_refused_by_name(service: RewardClient) -> None:
    with pytest.raises(BadRequest, match="no verifier 'mth'"):
        service.score([{"completion": "1", "ground_truth": "1", "verifier": "mth"}])


def test_advantages_of_a_group_do_not_depend_on_how_the_batch_is_cut(service_url: str) -> None:
    samples = [
        {"completion": f"\\boxed{{{n // 8}}}", "ground_truth": "1", "verifier": "math", "group": f"p{n % 8}"}
        for n in range(32)
    ]

    def score(max_batch: int) -> Results:
        with RewardClient(service_url, max_batch=max_batch) as client:
            return client.score(samples, groups={"advantage": "grpo"})

    whole, cut = score(64), score(4)
    assert [result.advantage for result in whole] == [result.advantage for result in cut]
    assert whole.groups == cut.groups
    assert whole[8].advantage > 0 > whole[0].advantage


def test_a_lone_surrogate_is_judged_as_it_stands(service: RewardClient) -> None:
    samples = [{"completion": "\ud800 \\boxed{7}", "ground_truth": "7", "verifier": "math"}]
    assert service.score(samples).rewards == [1.0]


def test_one_completion_comes_back_with_its_trace(service: RewardClient) -> None:
    component = service.verify("math", "\\boxed{42}", "42")
    assert (component.verdict, component.score) == ("correct", 1.0)
    assert component.trace


def test_the_asynchronous_client_gets_the_same(service_url: str) -> None:
    async def step() -> list[float | None]:
        async with AsyncRewardClient(service_url) as client:
            samples = [{"completion": R1, "ground_truth": "42", "verifier": "math"}]
            return (await client.score(samples, "r1-zero")).rewards

    assert asyncio.run(step()) == [2.0]
