"""The one shared parse: which part of a completion may be graded, and where it stands.

The reasoning is cut first: everything up to the last closing think tag. A think tag that is opened, in the completion
or by the end of the prompt, and never closed leaves nothing to grade. In what remains the answer tags are looked for.
Nothing in the reasoning is ever graded. This module does not judge whether the layout is kept: `rules.format` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Where: TypeAlias = Literal["auto", "answer", "whole"]


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
    raise NotImplementedError
