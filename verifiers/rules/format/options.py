"""The options of the `format` rule, each with its default first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

import msgspec

Tag: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Label: TypeAlias = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]

TOOL_TAGS = (
    ("<tool_call>", "</tool_call>"),
    ("<tool_response>", "</tool_response>"),
    ("<search>", "</search>"),
    ("<information>", "</information>"),
)


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """What the layout is, and what it may hold.

    - `think_mode`: with `forbidden` and `allow_empty_think`, one blank think block at the start may stand (Qwen3, off).
    - `prefix_think`: the chat template already wrote the opening think tag. With true a literal one is a duplicate.
    - `stop_string_stripped`: the engine stops on the closing answer tag and does not return it.
    - `max_answer_chars`: whitespace around the answer does not count.
    - `require_code`: true, or a language of which one block must be. `choices`: labels; a string is one label a letter.
    - `env_spans`: how many tool responses the trainer put into the completion itself; any beyond them are forged.
    - `newlines`: with `r1` every tag stands on a line of its own, and nothing is blank around it.

    Raises:
        ValueError: two tags are equal, or one stands inside another, or a tag is blank.
    """

    layout: Literal["think_answer", "think_only", "answer_only", "none"] = "think_answer"
    think_tags: tuple[Tag, Tag] = ("<think>", "</think>")
    answer_tags: tuple[Tag, Tag] = ("<answer>", "</answer>")
    think_mode: Literal["required", "optional", "forbidden"] = "required"
    allow_empty_think: bool = False
    prefix_think: bool | Literal["auto"] = False
    stop_string_stripped: bool = False
    finish_reason: Literal["stop", "length"] | None = None
    outside_text: Literal["none", "before", "between", "after", "any"] = "none"
    ignore_code: bool = False
    newlines: Literal["free", "r1"] = "free"
    allow_trailing_special: bool = True
    min_think_words: Count = 1
    max_answer_chars: Count | None = None
    require_boxed: bool = False
    boxed_multiple: Literal["forbid", "allow"] = "forbid"
    require_code: bool | Label = False
    max_code_blocks: Count | None = None
    choices: Annotated[tuple[Label, ...], msgspec.Meta(min_length=2, max_length=1000)] | Label | None = None
    tool_mode: Literal["none", "interleaved"] = "none"
    env_spans: Count = 0
    scoring: Literal["strict", "graded"] = "strict"

    def __post_init__(self) -> None:
        tags = [*self.think_tags, *self.answer_tags]
        if self.tool_mode == "interleaved":
            tags += [tag for pair in TOOL_TAGS for tag in pair]
        for tag in tags:
            if not tag.strip():
                raise ValueError("a tag must not be blank")
            if sum(tag in other for other in tags) > 1:
                raise ValueError(f"the tag {tag!r} is there twice, or stands inside another tag")

    @property
    def has_answer_tags(self) -> bool:
        return self.layout in ("think_answer", "answer_only")

    @property
    def may_think(self) -> bool:
        return self.layout in ("think_answer", "think_only") and self.think_mode != "forbidden"

    def allows_text(self, place: Literal["before", "between", "after"]) -> bool:
        return self.outside_text in ("any", place)
