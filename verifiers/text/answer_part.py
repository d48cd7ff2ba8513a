"""The one shared parse: which part of a completion may be graded, and where it stands.

The reasoning is cut first: everything up to the last closing think tag. A think tag that is opened, in the completion
or by the end of the prompt, and never closed leaves nothing to grade. In what remains the answer tags are looked for.
Nothing in the reasoning is ever graded. This module does not judge whether the layout is kept: `rules.format` does.

Tags are literal and case-sensitive. What a reader may wonder about:

- Text without any tag is graded whole: base models and models that do not think write none.
- A closing answer tag that nothing opened ends a block that began where the reasoning ended: the prompt opened it.
- An answer tag that is never closed reaches to the end, for engines stop on `</answer>` and may not return it.
- Blocks are counted by opening or by closing tags, whichever are more, so that a stray tag cannot hide a second answer.
- End and pad tokens at the very end (`<|im_end|>`) belong to the engine, not to the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from verifiers.text.special_tokens import end_without_special

Where: TypeAlias = Literal["auto", "answer", "whole"]

THINK_OPEN, THINK_CLOSE = "<think>", "</think>"
ANSWER_OPEN, ANSWER_CLOSE = "<answer>", "</answer>"


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """A span of the completion, in Unicode code points. `text` is None where there is nothing to grade; `why` says so.

    `blocks` counts the answer blocks outside the reasoning; with several, `text` is the last one's content.
    """

    text: str | None
    start: int = 0
    blocks: int = 0
    why: str = ""


def find_answer_part(completion: str, prompt: str | None = None, where: Where = "auto") -> AnswerPart:
    """Return the part of `completion` that may be graded: `completion[part.start:part.start + len(part.text)]`.

    `where`: "auto" takes the inside of the answer tags where there are such, else all that follows the reasoning;
    "answer" takes only the inside of answer tags; "whole" takes all that follows the reasoning.
    """
    start = reasoning_end(completion, prompt)
    if start is None:
        return AnswerPart(None, why="the reasoning never closes")
    blocks = 0
    if where != "whole":
        blocks = max(completion.count(ANSWER_OPEN, start), completion.count(ANSWER_CLOSE, start))
    if where == "answer" and not blocks:
        return AnswerPart(None, start, why="no answer tags")
    start, end = _last_block(completion, start) if blocks else (start, end_without_special(completion, start))
    text = completion[start:end]
    if not text or text.isspace():
        return AnswerPart(
            None, start, blocks, "the answer block is empty" if blocks else "nothing follows the reasoning"
        )
    return AnswerPart(text, start, blocks)


def reasoning_end(completion: str, prompt: str | None = None) -> int | None:
    """Return where the reasoning ends, 0 where there is none, and None where it opens and never closes."""
    close = completion.rfind(THINK_CLOSE)
    if close < 0 and prompt_opens_thinking(prompt):
        return None
    end = close + len(THINK_CLOSE) if close >= 0 else 0
    return None if completion.find(THINK_OPEN, end) >= 0 else end


def prompt_opens_thinking(prompt: str | None, tag: str = THINK_OPEN) -> bool:
    """Say whether the prompt ends with the opening tag, as chat templates leave it; naming it earlier is nothing."""
    return prompt is not None and prompt.rstrip().endswith(tag)


def _last_block(completion: str, start: int) -> tuple[int, int]:
    opened = completion.rfind(ANSWER_OPEN, start)
    inside = opened + len(ANSWER_OPEN) if opened >= 0 else start
    close = completion.find(ANSWER_CLOSE, inside)
    return inside, close if close >= 0 else end_without_special(completion, inside)
