"""Finds what could pass for an answer in the reasoning, where nothing is ever graded: for flags, never for scores."""

from __future__ import annotations

from verifiers.text.answer_part import THINK_CLOSE, THINK_OPEN, prompt_opens_thinking, reasoning_end
from verifiers.text.boxes import find_boxes

_COMMANDS = ("\\boxed", "\\fbox")


def reasoning_of(completion: str, prompt: str | None = None) -> str:
    """Return the reasoning with its tags: all of the completion where it never closes, nothing where there is none."""
    if THINK_CLOSE not in completion and THINK_OPEN not in completion and not prompt_opens_thinking(prompt):
        return ""
    return completion[: reasoning_end(completion, prompt)]


def boxed_in(text: str) -> str | None:
    """Return the content of the last box of a text, None where that one is empty or never closed, or there is none."""
    last = max(map(text.rfind, _COMMANDS))
    boxes = find_boxes(text[last:]) if last >= 0 else []
    content = boxes[0].content.strip() if boxes and boxes[0].is_closed else ""
    return content or None
