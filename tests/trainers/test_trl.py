"""TRL's own GRPOTrainer, a few steps on a tiny model built from a config, with rewards from the running service."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from trl import GRPOConfig, GRPOTrainer

from truegold import RewardClient
from truegold.adapters.trl import RewardFunction, reward_functions


def tokenizer() -> PreTrainedTokenizerFast:
    vocabulary = {"<pad>": 0, "<eos>": 1, **{chr(code): code - 30 for code in range(32, 127)}}
    letters = Tokenizer(models.WordLevel(vocabulary, unk_token="<pad>"))
    letters.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    letters.decoder = decoders.Fuse()
    return PreTrainedTokenizerFast(tokenizer_object=letters, pad_token="<pad>", eos_token="<eos>", padding_side="left")


def tiny_model() -> LlamaForCausalLM:
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    return LlamaForCausalLM(LlamaConfig(vocab_size=128, pad_token_id=0, eos_token_id=1, **shape))


def train(tmp_path: Path, functions: list[RewardFunction], **columns: list[Any]) -> list[dict[str, float]]:
    """Train for three steps, and return what was logged at each."""
    config = GRPOConfig(
        output_dir=str(tmp_path),
        max_steps=3,
        per_device_train_batch_size=8,
        num_generations=4,
        max_completion_length=12,
        logging_steps=1,
        report_to=[],
        use_cpu=True,
        save_strategy="no",
        reward_weights=[1.0] * len(functions),
        seed=1,
    )
    trainer = GRPOTrainer(
        model=tiny_model(),
        reward_funcs=functions,
        args=config,
        train_dataset=Dataset.from_dict(columns),
        processing_class=tokenizer(),
    )
    trainer.train()
    return [line for line in trainer.state.log_history if "reward" in line]


@pytest.fixture
def requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses of all requests that clients send."""
    sent: list[str] = []
    send = RewardClient._send

    def counted(self: RewardClient, step: Any) -> Any:
        sent.append(step.url)
        return send(self, step)

    monkeypatch.setattr(RewardClient, "_send", counted)
    return sent


def test_two_named_functions_cost_one_request_a_step(service_url: str, tmp_path: Path, requests: list[str]) -> None:
    with RewardClient(service_url) as client:
        functions = reward_functions(client, "r1-zero", ["accuracy", "format"])
        logged = train(tmp_path, functions, prompt=["1+1=", "2+3="] * 4, answer=["2", "5"] * 4)
    assert len(logged) == 3
    assert {"rewards/accuracy/mean", "rewards/format/mean", "null_share"} <= logged[0].keys()
    assert [line["null_share"] for line in logged] == [0.0] * 3
    assert len(requests) == 3


def test_samples_that_could_not_be_judged_are_left_out_and_training_goes_on(service_url: str, tmp_path: Path) -> None:
    with RewardClient(service_url) as client:
        logged = train(tmp_path, reward_functions(client), prompt=["1+1=", "2+3="] * 4, answer=["2", None] * 4)
    assert 0.0 < sum(line["null_share"] for line in logged) < 3.0


def test_chat_prompts_work_too(service_url: str, tmp_path: Path) -> None:
    chat = tokenizer()
    chat.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    with RewardClient(service_url) as client:
        (function,) = reward_functions(client)
        prompts = [[{"role": "user", "content": "1+1="}]]
        completions = [[{"role": "assistant", "content": "\\boxed{2}"}]]
        assert function(prompts=prompts, completions=completions, answer=["2"]) == [1.0]
