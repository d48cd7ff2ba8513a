"""The base model: next-token training on hearsay, as pretraining would leave it. It has seen the format, seldom."""

from __future__ import annotations

import torch

from examples.r1_zero_mini.policy import EOS, Policy, encode, padded
from examples.r1_zero_mini.sums import Sums

BATCH = 128
LEARNING_RATE = 2e-3
WARM_UP_STEPS = 40
IGNORED = -100


def cold_start(policy: Policy, sums: Sums, steps: int) -> None:
    optimizer = torch.optim.AdamW(policy.model.parameters(), lr=LEARNING_RATE, weight_decay=0.01)
    policy.model.train()
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (step + 1) / WARM_UP_STEPS) * (1 - 0.9 * step / steps)
        policy.descend(_loss(policy, sums), optimizer)


def _loss(policy: Policy, sums: Sums) -> torch.Tensor:
    pairs = [(encode(problem.prompt), encode(sums.hearsay(problem))) for problem in sums.draw(BATCH)]
    tokens, attended = padded([[*prompt, *text, EOS] for prompt, text in pairs])
    labels = tokens.masked_fill(attended == 0, IGNORED)
    for row, (prompt, _) in enumerate(pairs):
        labels[row, : len(prompt)] = IGNORED
    loss: torch.Tensor = policy.model(input_ids=tokens, attention_mask=attended, labels=labels).loss
    return loss
