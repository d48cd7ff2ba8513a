"""Checks an episode with tools: think, then (call, response, think) any number of times, then the answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise

from verifiers.rules.format.codes import Code, Findings
from verifiers.rules.format.layout import Parts, Span, check_outside
from verifiers.rules.format.options import TOOL_TAGS, FormatOptions
from verifiers.rules.format.prepare import Found, Prepared

# One letter a block, so that the sequence of blocks is a word and the state machine a pattern.
_THINK, _ANSWER = "t", "a"
_CALL, _RESPONSE, _SEARCH, _INFORMATION = "c", "r", "s", "i"
_ROUND = f"(?:{_CALL}{_RESPONSE}|{_SEARCH}{_INFORMATION})"


@dataclass(frozen=True, slots=True)
class _Block:
    letter: str
    opening: Found
    closing: Found


def find_episode(options: FormatOptions, prepared: Prepared, has_think: bool, findings: Findings) -> Parts:
    """Return the parts of an episode with tools; what a call holds and how many responses there are is checked too."""
    blocks, broken = _blocks(options, prepared.tags)
    _check_calls(options, prepared, blocks, findings)
    if broken is not None:
        findings.add(Code.TOOL_SEQUENCE, f"{broken.tag} is out of place", broken.start)
        return Parts(False, _tags_share(options, blocks, has_think))
    word = "".join(block.letter for block in blocks)
    if not _sequence(options, has_think).fullmatch(word):
        order = " ".join(block.opening.tag for block in blocks[:20])
        findings.add(Code.TOOL_SEQUENCE, f"the blocks come as {order or 'none'}")
        return Parts(False, _tags_share(options, blocks, has_think))
    _check_gaps(options, prepared, blocks, findings)
    thinks = tuple(_inside(block) for block in blocks if block.letter == _THINK)
    return Parts(True, 1.0, thinks, _answer(prepared, blocks))


def _blocks(options: FormatOptions, tags: list[Found]) -> tuple[list[_Block], Found | None]:
    """Return the blocks in order, and the first tag that opens none and closes none."""
    closings = {
        options.think_tags[0]: (_THINK, options.think_tags[1]),
        options.answer_tags[0]: (_ANSWER, options.answer_tags[1]),
    } | {
        opening: (letter, closing)
        for (opening, closing), letter in zip(TOOL_TAGS, (_CALL, _RESPONSE, _SEARCH, _INFORMATION), strict=True)
    }
    blocks: list[_Block] = []
    for index in range(0, len(tags), 2):
        letter, closing = closings.get(tags[index].tag, ("", ""))
        if not letter or index + 1 == len(tags):
            return blocks, tags[index]
        if tags[index + 1].tag != closing:
            return blocks, tags[index + 1]
        blocks.append(_Block(letter, tags[index], tags[index + 1]))
    return blocks, None


def _sequence(options: FormatOptions, has_think: bool) -> re.Pattern[str]:
    think = "" if not has_think else _THINK if options.think_mode == "required" else f"{_THINK}?"
    return re.compile(f"{think}(?:{_ROUND}{think})*{_ANSWER if options.has_answer_tags else ''}")


def _tags_share(options: FormatOptions, blocks: list[_Block], has_think: bool) -> float:
    letters = [block.letter for block in blocks]
    paid = [letters.count(_THINK) >= 1] * has_think + [letters.count(_ANSWER) == 1] * options.has_answer_tags
    return sum(paid) / len(paid) if paid else 1.0


def _inside(block: _Block) -> Span:
    return Span(block.opening.end, block.closing.start)


def _answer(prepared: Prepared, blocks: list[_Block]) -> Span:
    if blocks and blocks[-1].letter == _ANSWER:
        return _inside(blocks[-1])
    return Span(blocks[-1].closing.end if blocks else 0, len(prepared.text))


def _check_gaps(options: FormatOptions, prepared: Prepared, blocks: list[_Block], findings: Findings) -> None:
    if not blocks:
        return
    starts_ends = [(block.opening.start, block.closing.end) for block in blocks]
    check_outside(options, prepared, Span(0, starts_ends[0][0]), "before", findings, Code.TOOL_SEQUENCE)
    for (_, end), (start, _) in pairwise(starts_ends):
        check_outside(options, prepared, Span(end, start), "between", findings, Code.TOOL_SEQUENCE)
    if blocks[-1].letter == _ANSWER:
        last = Span(starts_ends[-1][1], len(prepared.text))
        check_outside(options, prepared, last, "after", findings, Code.TOOL_SEQUENCE)


def _check_calls(options: FormatOptions, prepared: Prepared, blocks: list[_Block], findings: Findings) -> None:
    responses = [block for block in blocks if block.letter in (_RESPONSE, _INFORMATION)]
    for block in blocks:
        inside = _inside(block)
        if block.letter == _CALL and not _is_call(prepared.text[inside.start : inside.end]):
            findings.add(Code.TOOL_JSON, "the call is no object with a name and arguments", inside.start)
    if len(responses) > options.env_spans:
        words = f"{len(responses)} tool responses, and env_spans allows {options.env_spans}; the first beyond"
        findings.add(Code.FORGED_OBSERVATION, words, responses[options.env_spans].opening.start)


def _is_call(text: str) -> bool:
    try:
        call = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(call, dict) and isinstance(call.get("name"), str) and isinstance(call.get("arguments"), dict)
