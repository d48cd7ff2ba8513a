"""Brings a completion into the shape the checks read: engine tokens off, prefilled and stripped tags put back."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from verifiers.rules.format.options import TOOL_TAGS, FormatOptions
from verifiers.text.fences import TooManyFences, fenced_blocks
from verifiers.text.special_tokens import END_TOKENS, end_without_special

MAX_HOPS = 200
MAX_TAGS = 10_000  # what stands behind so many is text: by then the layout is broken

_INLINE_CODE = re.compile(r"`[^`\n]+`")


class Found(NamedTuple):
    """A literal tag and where it starts. A named tuple, for one is made per tag of every completion."""

    tag: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.tag)


class Prepared(NamedTuple):
    """`text` is what is judged: `prefix`, the completion without its trailing tokens, `suffix`.

    `tag_text` is as long as `text`: the same, but for code that is blanked where tags in code do not count. `tags` are
    the literal tags in it, in order. `has_other_angles` says that `text` has a `<` that is not of these tags.
    """

    text: str
    tag_text: str
    prefix: str
    suffix: str
    tags: list[Found]
    has_other_angles: bool


def prepare(options: FormatOptions, completion: str) -> Prepared:
    text = completion[: _end(options, completion)] if options.allow_trailing_special else completion
    prefix = options.think_tags[0] if _is_prefilled(options, text) else ""
    suffix = options.answer_tags[1] if _is_stripped(options, text) else ""
    if prefix or suffix:
        text = f"{prefix}{text}{suffix}"
    tag_text = _without_code(text) if options.ignore_code else text
    tags, has_other_angles = _find_tags(tag_text, _literals(options.think_tags, options.answer_tags, options.tool_mode))
    if tag_text is not text:
        has_other_angles = True  # in the code that is blanked, perhaps
    return Prepared(text, tag_text, prefix, suffix, tags, has_other_angles)


@lru_cache(maxsize=256)
def _literals(think: tuple[str, str], answer: tuple[str, str], tool_mode: str) -> tuple[str, ...]:
    tools = [tag for pair in TOOL_TAGS for tag in pair] if tool_mode == "interleaved" else []
    return (*think, *answer, *tools)


def _find_tags(text: str, tags: tuple[str, ...]) -> tuple[list[Found], bool]:
    """Find all tags in order, and say whether there is a `<` besides.

    While `<` is rare, hopping from one to the next is ten times as fast as a pattern. Most text has each tag once.
    """
    if in_order := _each_once(text, tags):
        return in_order, False
    found: list[Found] = []
    has_others = False
    at = text.find("<")
    for _ in range(MAX_HOPS if all(tag[0] == "<" for tag in tags) else 0):
        if at < 0:
            return found, has_others
        tag = _tag_at(text, at, tags)
        if tag is not None:
            found.append(Found(tag, at))
        has_others |= tag is None
        at = text.find("<", at + (1 if tag is None else len(tag)))
    matches = islice(_tag_pattern(tags).finditer(text, found[-1].end if found else 0), MAX_TAGS)
    return [*found, *(Found(match[0], match.start()) for match in matches)], True


def _each_once(text: str, tags: tuple[str, ...]) -> list[Found]:
    """Return all tags where they stand in this order and no other `<` does, else nothing."""
    found = []
    at = 0
    for tag in tags:
        at = text.find("<", at)
        if at < 0 or not text.startswith(tag, at):
            return []
        found.append(Found(tag, at))
        at += len(tag)
    return found if text.find("<", at) < 0 else []


def _tag_at(text: str, at: int, tags: tuple[str, ...]) -> str | None:
    for tag in tags:
        if text.startswith(tag, at):
            return tag
    return None


@lru_cache(maxsize=256)
def _tag_pattern(tags: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, tags)))


def _end(options: FormatOptions, completion: str) -> int:
    if options.answer_tags[1] in END_TOKENS or options.think_tags[1] in END_TOKENS:
        return len(completion)  # the layout itself ends with such a token
    return end_without_special(completion)


def _is_prefilled(options: FormatOptions, text: str) -> bool:
    if not options.prefix_think or not options.may_think:
        return False
    if options.prefix_think is True:
        return True
    opening, closing = options.think_tags
    if text.lstrip().startswith(opening):
        return False
    return options.think_mode == "required" or closing in text


def _is_stripped(options: FormatOptions, text: str) -> bool:
    return options.stop_string_stripped and options.has_answer_tags and options.answer_tags[1] not in text


def _without_code(text: str) -> str:
    """Blank closed fenced blocks and inline code. A fence that never closes hides nothing, nor do thousands of them."""
    try:
        blocks = [block for block in fenced_blocks(text) if block.is_closed]
    except TooManyFences:
        return text
    pieces, done = [], 0
    for block in blocks:
        pieces += [_without_inline_code(text[done : block.start]), _blank(text[block.start : block.end])]
        done = block.end
    return "".join([*pieces, _without_inline_code(text[done:])])


def _without_inline_code(text: str) -> str:
    return _INLINE_CODE.sub(lambda code: _blank(code[0]), text)


def _blank(text: str) -> str:
    return " " * len(text)
