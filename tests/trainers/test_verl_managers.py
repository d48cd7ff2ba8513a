"""verl's own reward managers with the adapters as their custom function."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from omegaconf import OmegaConf
from verl import DataProto
from verl.experimental.reward_loop.reward_manager.naive import NaiveRewardManager as LoopManager
from verl.trainer.ppo.reward import get_custom_reward_fn
from verl.workers.reward_manager import BatchRewardManager, DAPORewardManager, NaiveRewardManager, PrimeRewardManager

from truegold.adapters import verl as adapter

RIGHT, WRONG = "<think>2+3</think><answer>\\boxed{5}</answer>", "\\boxed{6}"
PROMPT = "2+3?"


class Letters:
    """A tokenizer whose tokens are letters; 0 pads."""

    eos_token = "\x01"

    def decode(self, tokens: torch.Tensor, **_: Any) -> str:
        return "".join(chr(token) for token in tokens.tolist() if token)

    def batch_decode(self, rows: torch.Tensor, **_: Any) -> list[str]:
        return [self.decode(row) for row in rows]


@pytest.fixture
def settings(service_url: str) -> dict[str, Any]:
    return {"url": service_url, "recipe": "r1-zero"}


@pytest.fixture
def data() -> DataProto:
    responses = [RIGHT, WRONG, RIGHT]
    truths = ["5", "5", None]
    width = max(map(len, responses))
    prompts = torch.tensor([[ord(letter) for letter in PROMPT]] * len(responses))
    tokens = torch.tensor([[*map(ord, text), *[0] * (width - len(text))] for text in responses])
    mask = torch.cat([torch.ones_like(prompts), (tokens > 0).long()], 1)
    return DataProto.from_dict(
        tensors={"prompts": prompts, "responses": tokens, "attention_mask": mask},
        non_tensors={
            "data_source": np.array(["math_dapo"] * 3, dtype=object),
            "reward_model": np.array([{"style": "rule", "ground_truth": truth} for truth in truths], dtype=object),
            "extra_info": np.array([{"index": n} for n in range(3)], dtype=object),
        },
    )


def paid(manager: Any, data: DataProto) -> tuple[list[float], dict[str, list[float]]]:
    answer = manager(data, return_dict=True)
    return answer["reward_tensor"].sum(1).tolist(), dict(answer.get("reward_extra_info", {}))


@pytest.mark.parametrize("manager", [NaiveRewardManager, DAPORewardManager])
def test_managers_that_go_sample_by_sample_keep_every_component(
    manager: Any, data: DataProto, settings: dict[str, Any]
) -> None:
    rewards, logged = paid(manager(Letters(), 0, partial(adapter.compute_score, **settings)), data)
    assert rewards == [2.0, 0.0, 0.0]
    assert (logged["acc"], logged["format"], logged["null"]) == ([1.0, 0.0, 0.0], [1.0, 0.0, 1.0], [0.0, 0.0, 1.0])


def test_the_batch_manager_asks_once(data: DataProto, settings: dict[str, Any]) -> None:
    rewards, logged = paid(BatchRewardManager(Letters(), 0, adapter.compute_score_batch, **settings), data)
    assert rewards == [2.0, 0.0, 0.0]
    assert logged["null"] == [0.0, 0.0, 1.0]


def test_the_prime_manager_gets_floats_from_its_processes(data: DataProto, settings: dict[str, Any]) -> None:
    manager = PrimeRewardManager(Letters(), 0, partial(adapter.compute_score_float, **settings))
    assert paid(manager, data)[0] == [2.0, 0.0, 0.0]


def test_the_reward_loop_runs_samples_side_by_side_with_the_function_that_its_config_names(
    data: DataProto, settings: dict[str, Any]
) -> None:
    named = {"path": "pkg://truegold.adapters.verl", "name": "compute_score_async", "reward_kwargs": settings}
    config = OmegaConf.create({"reward": {"custom_reward_function": named}})
    function = get_custom_reward_fn(config)

    async def judge() -> list[dict[str, Any]]:
        manager = LoopManager(config, Letters(), function)
        return await asyncio.gather(*[manager.run_single(data[index : index + 1]) for index in [0, 1, 2] * 20])

    for _ in range(2):  # one event loop after another
        results = asyncio.run(judge())
        assert [result["reward_score"] for result in results] == [2.0, 0.0, 0.0] * 20
        assert len({tuple(result["reward_extra_info"]) for result in results}) == 1
