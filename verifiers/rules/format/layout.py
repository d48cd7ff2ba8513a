"""Finds the reasoning and the answer by their literal tags: each there once, in order, with nothing around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Literal, NamedTuple

from verifiers.rules.format.codes import Code, Findings
from verifiers.rules.format.options import FormatOptions
from verifiers.rules.format.prepare import Found, Prepared

_MISSING = (
    Code.THINK_OPEN_MISSING,
    Code.THINK_CLOSE_MISSING,
    Code.ANSWER_OPEN_MISSING,
    Code.ANSWER_CLOSE_MISSING,
)


class Span(NamedTuple):
    """A part of the prepared text. A named tuple, for several are made per completion."""

    start: int
    end: int


class Parts(NamedTuple):
    """What the layout holds: `thinks` and `answer` are known where the order holds.

    `tags_share` is the share of the required tags that are there as often as they must be.
    """

    order_holds: bool
    tags_share: float
    thinks: tuple[Span, ...] = ()
    answer: Span | None = None


def has_reasoning(options: FormatOptions, prepared: Prepared, findings: Findings) -> bool:
    """Say whether this completion must hold a reasoning block, and find one where there must be none."""
    first = next((found for found in prepared.tags if found.tag in options.think_tags), None)
    if options.think_mode == "forbidden":
        if first is None:
            return False
        if options.allow_empty_think and _starts_blank_block(options, prepared):
            return True
        findings.add(Code.THINK_FORBIDDEN, f"{first.tag} must not be there", first.start)
        return False
    return options.may_think and (options.think_mode == "required" or first is not None)


def _starts_blank_block(options: FormatOptions, prepared: Prepared) -> bool:
    if [found.tag for found in prepared.tags if found.tag in options.think_tags] != [*options.think_tags]:
        return False
    opening, closing = prepared.tags[:2]
    is_block = (opening.tag, closing.tag) == options.think_tags
    return is_block and not (prepared.text[: opening.start] + prepared.text[opening.end : closing.start]).strip()


def find_parts(options: FormatOptions, prepared: Prepared, has_think: bool, findings: Findings) -> Parts:
    wanted = _wanted_by(options, has_think)
    if not wanted:
        return Parts(True, 1.0)
    tags = [found for found in prepared.tags if found.tag in wanted]
    if [found.tag for found in tags] == [*wanted]:
        return _located(options, prepared, has_think, tags, findings)
    return Parts(False, _count(wanted, tags, findings))


def _count(wanted: Mapping[str, Code], tags: list[Found], findings: Findings) -> float:
    """Find tags that are missing, there twice or out of order; return the share of those that are there once."""
    counts = Counter(found.tag for found in tags)
    for tag, missing in wanted.items():
        if counts[tag] == 0:
            findings.add(missing, f"{tag} is not there")
        elif counts[tag] > 1:
            second = [found for found in tags if found.tag == tag][1]
            findings.add(Code.TAG_DUPLICATE, f"{tag} is there {counts[tag]} times, the second", second.start)
    share = sum(counts[tag] == 1 for tag in wanted) / len(wanted)
    if share == 1:
        findings.add(Code.TAG_ORDER, f"the tags come as {' '.join(found.tag for found in tags)}")
    return share


def _wanted_by(options: FormatOptions, has_think: bool) -> Mapping[str, Code]:
    return _wanted(options.think_tags if has_think else None, options.answer_tags if options.has_answer_tags else None)


@lru_cache(maxsize=256)
def _wanted(think: tuple[str, str] | None, answer: tuple[str, str] | None) -> Mapping[str, Code]:
    """The tags that must each be there once, in order, with what it is called when one is not."""
    pairs = zip([*(think or ()), *(answer or ())], _MISSING if think else _MISSING[2:], strict=False)
    return MappingProxyType(dict(pairs))


def _located(
    options: FormatOptions, prepared: Prepared, has_think: bool, tags: list[Found], findings: Findings
) -> Parts:
    check_outside(options, prepared, Span(0, tags[0].start), "before", findings)
    thinks = (Span(tags[0].end, tags[1].start),) if has_think else ()
    if not options.has_answer_tags:
        return Parts(True, 1.0, thinks, Span(tags[-1].end, len(prepared.text)))
    if has_think:
        check_outside(options, prepared, Span(tags[1].end, tags[2].start), "between", findings)
    check_outside(options, prepared, Span(tags[-1].end, len(prepared.text)), "after", findings)
    return Parts(True, 1.0, thinks, Span(tags[-2].end, tags[-1].start))


_TEXT_CODES = {"before": Code.TEXT_BEFORE, "between": Code.TEXT_BETWEEN, "after": Code.TEXT_AFTER}


def check_outside(
    options: FormatOptions,
    prepared: Prepared,
    span: Span,
    place: Literal["before", "between", "after"],
    findings: Findings,
    code: Code | None = None,
) -> None:
    """Find text where only whitespace may stand."""
    if span.start == span.end or options.allows_text(place):
        return
    text = prepared.text[span.start : span.end]
    if text.isspace():
        return
    at = span.end - len(text.lstrip())
    findings.add(code or _TEXT_CODES[place], f"{text.strip()[:40]!r} stands {place} the blocks", at)


def check_newlines(options: FormatOptions, prepared: Prepared, has_think: bool, findings: Findings) -> None:
    """Find a departure from `<think>\\n...\\n</think>\\n<answer>\\n...\\n</answer>`, as DeepSeek-R1 writes it."""
    if options.newlines == "free":
        return
    wanted = list(_wanted_by(options, has_think))
    if not wanted:
        return
    tags = [found for found in prepared.tags if found.tag in wanted]
    if [found.tag for found in tags] != wanted:
        findings.add(Code.NEWLINE_LAYOUT, "the tags are not those of the layout")
        return
    wrong = _wrong_newline(prepared, tags, options.has_answer_tags)
    if wrong is not None:
        findings.add(Code.NEWLINE_LAYOUT, "here the line breaks are not those of the layout", wrong)


def _wrong_newline(prepared: Prepared, tags: list[Found], ends_with_tag: bool) -> int | None:
    """Return the place of the first line break that is missing or too many.

    A tag that the prompt or the engine took has taken its line break along.
    """
    text = prepared.text
    if tags[0].start != 0:
        return 0
    for opening, closing in zip(tags[::2], tags[1::2], strict=True):
        if text[opening.end] != "\n" and not (prepared.prefix and opening.start == 0):
            return opening.end
        if text[closing.start - 1] != "\n" and not (prepared.suffix and closing.end == len(text)):
            return closing.start
    for closing, opening in zip(tags[1::2], tags[2::2], strict=False):
        if text[closing.end : opening.start] != "\n":
            return closing.end
    return _wrong_end(text, tags[-1].end, ends_with_tag)


def _wrong_end(text: str, end: int, ends_with_tag: bool) -> int | None:
    holds = end == len(text) if ends_with_tag else text[end : end + 1] == "\n"
    return None if holds else end
