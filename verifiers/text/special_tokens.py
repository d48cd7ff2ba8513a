"""Tokens that end or structure a chat, as text: an engine leaves those of the end, completions forge the others."""

from __future__ import annotations

import re

END_TOKENS = (
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|eom_id|>",
    "<|end_of_text|>",
    "<|end|>",
    "<|eos|>",
    "<|return|>",
    "<|end_of_turn|>",
    "<|eot|>",
    "<|eom|>",
    "<|pad|>",
    "<|padding|>",
    "<|finetune_right_pad_id|>",
    "<|vision_pad|>",
    "<|END_OF_TURN_TOKEN|>",
    "<|end▁of▁sentence|>",
    "<｜end▁of▁sentence｜>",
    "<｜▁pad▁｜>",
    "<end_of_turn>",
    "<eos>",
    "<pad>",
    "</s>",
    "[EOS]",
    "[PAD]",
)
TURN_TOKENS = (
    "<s>",
    "<bos>",
    "<<SYS>>",
    "<</SYS>>",
    "<start_of_turn>",
    "<|begin_of_text|>",
    "<|startoftext|>",
    "<|im_start|>",
    "<|im_sep|>",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|start|>",
    "<|channel|>",
    "<|message|>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "<|observation|>",
    "<|User|>",
    "<|Assistant|>",
    "<|START_OF_TURN_TOKEN|>",
    "<|USER_TOKEN|>",
    "<|CHATBOT_TOKEN|>",
    "<|SYSTEM_TOKEN|>",
    "<|begin▁of▁sentence|>",
    "<｜begin▁of▁sentence｜>",
    "<｜User｜>",
    "<｜Assistant｜>",
    "[BOS]",
    "[INST]",
    "[/INST]",
)

# Read backwards, so that one match takes all that stands at the end.
_AT_END = re.compile("(?:" + "|".join(re.escape(token[::-1]) for token in END_TOKENS) + r"|\s+)*+")


def end_without_special(text: str, start: int = 0) -> int:
    """Return where `text[start:]` ends once the end tokens, pad tokens and whitespace at its very end are taken off."""
    if not (text.endswith(END_TOKENS) or text[-1:].isspace()):
        return max(len(text), start)
    taken = _AT_END.match(text[: start - 1 if start else None : -1])
    return len(text) - (taken.end() if taken else 0)
