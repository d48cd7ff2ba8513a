"""One client in many places: threads, forks, pickles and event loops."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.client.stub import Stub
from truegold import AsyncRewardClient, BadRequest, RewardClient

EXPECTED = [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]


def test_one_client_serves_many_threads(client: RewardClient, samples: list[dict[str, Any]]) -> None:
    with ThreadPoolExecutor(16) as threads:
        calls = [threads.submit(client.score, samples) for _ in range(64)]
    assert all(call.result().rewards == EXPECTED for call in calls)


def test_a_client_works_in_a_forked_child_and_then_in_its_parent(
    client: RewardClient, samples: list[dict[str, Any]]
) -> None:
    client.score(samples)
    fork = multiprocessing.get_context("fork")
    receiver, sender = fork.Pipe(duplex=False)
    child = fork.Process(target=lambda: sender.send(client.score(samples).rewards))
    child.start()
    sender.close()
    assert receiver.recv() == EXPECTED
    child.join()
    receiver.close()
    assert child.exitcode == 0
    assert client.score(samples).rewards == EXPECTED


def test_a_pickled_client_leaves_its_sockets_behind_and_works(stub: Stub, samples: list[dict[str, Any]]) -> None:
    with RewardClient(stub.url, token="s3cret", max_batch=2) as client:
        client.score(samples)
        twin = pickle.loads(pickle.dumps(client))
    with twin:
        assert twin.score(samples).rewards == EXPECTED
    assert stub.headers[-1]["Authorization"] == "Bearer s3cret"


def test_a_closed_client_opens_again(client: RewardClient, samples: list[dict[str, Any]]) -> None:
    client.close()
    assert client.score(samples).rewards == EXPECTED


def test_the_blocking_client_works_inside_a_running_loop(client: RewardClient, samples: list[dict[str, Any]]) -> None:
    async def step() -> list[float | None]:
        return client.score(samples).rewards

    assert asyncio.run(step()) == EXPECTED


def test_one_asynchronous_client_serves_one_loop_after_another(stub: Stub, samples: list[dict[str, Any]]) -> None:
    client = AsyncRewardClient(stub.url, max_batch=2)

    async def step() -> list[float | None]:
        return (await client.score(samples)).rewards

    assert [asyncio.run(step()) for _ in range(3)] == [EXPECTED] * 3


def test_one_asynchronous_client_serves_loops_side_by_side(stub: Stub, samples: list[dict[str, Any]]) -> None:
    client = AsyncRewardClient(stub.url)

    async def step() -> list[float | None]:
        return (await client.score(samples)).rewards

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: asyncio.run(step()), range(8))) == [EXPECTED] * 8


def test_a_pickled_asynchronous_client_works(stub: Stub, samples: list[dict[str, Any]]) -> None:
    async def step() -> list[float | None]:
        async with AsyncRewardClient(stub.url) as client:
            await client.score(samples)
            twin = pickle.loads(pickle.dumps(client))
        async with twin:
            return (await twin.score(samples)).rewards

    assert asyncio.run(step()) == EXPECTED


def test_the_asynchronous_client_tries_again_and_verifies(stub: Stub, samples: list[dict[str, Any]]) -> None:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def step() -> tuple[Any, Any]:
        async with AsyncRewardClient(stub.url, sleep=sleep) as client:
            return await client.score(samples), await client.verify("math", "1", "1")

    stub.will_answer(503)
    stub.will_fail_samples("1")
    results, component = asyncio.run(step())
    assert (results.rewards, component.score, len(pauses)) == (EXPECTED, 1.0, 2)
    assert [sample["id"] for sample in stub.requests[2]["samples"]] == ["1"]


def test_a_refused_request_ends_the_others_of_its_call(stub: Stub, samples: list[dict[str, Any]]) -> None:
    async def step() -> None:
        async with AsyncRewardClient(stub.url, max_batch=1) as client:
            await client.score(samples)

    stub.will_answer(422, {"title": "no"})
    with pytest.raises(BadRequest):
        asyncio.run(step())


def test_requests_in_flight_are_bounded(stub: Stub) -> None:
    async def step() -> int:
        async with AsyncRewardClient(stub.url, concurrency=3) as client:
            calls = [client.score([{"completion": "1", "ground_truth": "1"}]) for _ in range(50)]
            return sum(len(results) for results in await asyncio.gather(*calls))

    assert asyncio.run(step()) == 50
    assert stub.most_at_once <= 3
