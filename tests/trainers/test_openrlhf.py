"""OpenRLHF's own executor, which asks for one reward after each generation."""

from __future__ import annotations

import asyncio
import statistics
import time
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import Service
from tests.trainers import bare

agent = bare.load("openrlhf", "openrlhf.utils.agent")

PROMPT = "What is 2+3?\n"
RIGHT, WRONG = "<think>2+3</think><answer>\\boxed{5}</answer></s>", "<think>2+3</think><answer>\\boxed{6}</answer></s>"


class Letters:
    """A tokenizer whose tokens are letters."""

    def __call__(self, text: str, **_: Any) -> dict[str, Any]:
        return {"input_ids": [SimpleNamespace(tolist=lambda: [ord(letter) for letter in text])]}

    def decode(self, tokens: list[int], skip_special_tokens: bool) -> str:
        assert not skip_special_tokens
        return "".join(map(chr, tokens))


class Policy:
    """An engine that always writes the same."""

    def __init__(self, response: str) -> None:
        self._tokens = [ord(letter) for letter in response]

    async def generate(self, *_: Any, **__: Any) -> Any:
        return SimpleNamespace(outputs=[SimpleNamespace(token_ids=self._tokens, finish_reason="stop", logprobs=None)])


async def execute(executor: Any, response: str, label: Any = "5", max_length: int = 4096) -> dict[str, Any]:
    sampling = SimpleNamespace(max_tokens=1024, logprobs=None)
    output: dict[str, Any] = await executor.execute(PROMPT, label, sampling, max_length, Letters(), Policy(response))
    return output


def test_the_executor_gets_reward_score_and_logs(service_url: str) -> None:
    executor = agent.SingleTurnAgentExecutor(f"{service_url}/r/r1-zero/get_reward")
    right, wrong = (asyncio.run(execute(executor, response)) for response in (RIGHT, WRONG))
    assert (right["reward"], right["scores"]) == ([2.0], [1.0])
    assert (wrong["reward"], wrong["scores"]) == ([1.0], [0.0])
    assert right["extra_logs"] == {"accuracy": [1.0], "format": [1.0], "null": [0.0]}
    assert right["extra_logs"].keys() == wrong["extra_logs"].keys()


def test_a_query_string_and_a_second_address_work_too(service_url: str) -> None:
    url = f"{service_url}/get_reward?recipe=r1-zero&verifier=math"
    executor = agent.SingleTurnAgentExecutor([url, url])
    assert asyncio.run(execute(executor, RIGHT))["reward"] == [2.0]


@pytest.mark.parametrize("label", [None, "", "no number at all ???", "\ud800"])
def test_a_label_that_cannot_be_read_never_leaves_the_trainer_without_a_number(service_url: str, label: Any) -> None:
    executor = agent.SingleTurnAgentExecutor(f"{service_url}/get_reward")
    assert asyncio.run(execute(executor, RIGHT, label))["reward"] == [0.0]


def test_five_hundred_and_twelve_samples_at_once_are_all_answered(
    service_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    executor = agent.SingleTurnAgentExecutor(f"{service_url}/get_reward")
    took: list[float] = []

    async def one(n: int) -> Any:
        started = time.monotonic()
        output = await execute(executor, RIGHT if n % 2 else WRONG.replace("6", str(1000 + n)))
        took.append(time.monotonic() - started)
        return output["reward"]

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*[one(n) for n in range(512)])

    assert asyncio.run(all_at_once()) == [[float(n % 2)] for n in range(512)]
    cuts = statistics.quantiles(took, n=100)
    with capsys.disabled():
        print(f"\nOpenRLHF, 512 samples at once: p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s")


def test_the_service_may_be_killed_and_started_anew_between_its_tries(
    mortal: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pause of a second is as long as the start takes, however busy the machine is."""
    executor = agent.SingleTurnAgentExecutor(f"{mortal.url}/get_reward")
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.to_thread(mortal.start)

    mortal.kill()
    monkeypatch.setattr(agent.asyncio, "sleep", pause)
    assert asyncio.run(execute(executor, RIGHT))["reward"] == [1.0]
    assert pauses == [1]
