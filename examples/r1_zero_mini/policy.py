"""The policy: a transformer of 0.65 million parameters whose tokens are letters, and the four tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from transformers import LlamaConfig, LlamaForCausalLM

TAGS = ("<think>", "</think>", "<answer>", "</answer>")
PAD, BOS, EOS = 0, 1, 2
FIRST_LETTER = 3 + len(TAGS)
MAX_NEW_TOKENS = 24


def encode(text: str) -> list[int]:
    """Return the tokens of a text: each tag is one, each letter is one."""
    tokens: list[int] = []
    while text:
        tag = next((tag for tag in TAGS if text.startswith(tag)), None)
        tokens.append(3 + TAGS.index(tag) if tag else FIRST_LETTER + _code(text[0]))
        text = text[len(tag) if tag else 1 :]
    return tokens


def _code(letter: str) -> int:
    return 0 if letter == "\n" else ord(letter) - 31


def decode(tokens: Sequence[int]) -> str:
    return "".join(_text(token) for token in tokens if token not in (PAD, BOS, EOS))


def _text(token: int) -> str:
    if token < FIRST_LETTER:
        return TAGS[token - 3]
    return "\n" if token == FIRST_LETTER else chr(token - FIRST_LETTER + 31)


@dataclass
class Rollouts:
    """What was sampled: all tokens with their mask, where the completions begin, and the completions as text."""

    tokens: torch.Tensor
    attended: torch.Tensor
    start: int
    texts: list[str]

    @property
    def counted(self) -> torch.Tensor:
        """1 for each token of a completion up to its end token, as floats."""
        completions = self.tokens[:, self.start :]
        ended = (completions == EOS).int()
        return ((ended.cumsum(1) - ended) == 0).float()

    @property
    def length(self) -> float:
        """How many tokens a completion has, on average."""
        return float(self.counted.sum(1).mean())


class Policy:
    """The model, with what training it needs: sampling, and the log probabilities of what was sampled."""

    def __init__(self) -> None:
        self.model = LlamaForCausalLM(
            LlamaConfig(
                vocab_size=FIRST_LETTER + 96,
                hidden_size=128,
                intermediate_size=384,
                num_hidden_layers=3,
                num_attention_heads=4,
                max_position_embeddings=128,
                tie_word_embeddings=True,
                pad_token_id=PAD,
                bos_token_id=BOS,
                eos_token_id=EOS,
            )
        )

    @torch.no_grad()
    def sample(self, prompts: Sequence[str]) -> Rollouts:
        """Write one completion for each prompt, at temperature 1."""
        self.model.eval()
        tokens, attended = padded([encode(prompt) for prompt in prompts], on_the_left=True)
        written = self.model.generate(
            input_ids=tokens,
            attention_mask=attended,
            max_new_tokens=MAX_NEW_TOKENS,
            do_sample=True,
            temperature=1.0,
            top_k=0,
            top_p=1.0,
        )
        start = tokens.shape[1]
        rollouts = Rollouts(written, attended, start, [decode(row) for row in written[:, start:].tolist()])
        rollouts.attended = torch.cat([attended, rollouts.counted.long()], 1)
        return rollouts

    def log_probabilities(self, rollouts: Rollouts) -> torch.Tensor:
        """Return that of each token of the completions."""
        self.model.train()
        logits = self.model(input_ids=rollouts.tokens, attention_mask=rollouts.attended).logits
        logits = logits[:, rollouts.start - 1 : -1]
        chosen = rollouts.tokens[:, rollouts.start :].unsqueeze(-1)
        return torch.log_softmax(logits, -1).gather(-1, chosen).squeeze(-1)

    def descend(self, loss: torch.Tensor, optimizer: torch.optim.Optimizer) -> None:
        """Take one step down."""
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        optimizer.step()


def padded(rows: Sequence[Sequence[int]], on_the_left: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """Return rows of one width, and the mask of what is no padding."""
    width = max(map(len, rows))
    tokens, attended = torch.zeros(len(rows), width, dtype=torch.long), torch.zeros(len(rows), width, dtype=torch.long)
    for index, row in enumerate(rows):
        place = slice(width - len(row), width) if on_the_left else slice(0, len(row))
        tokens[index, place] = torch.tensor(row)
        attended[index, place] = 1
    return tokens, attended
