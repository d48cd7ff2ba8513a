"""Finds the candidate in the answer part: the last box, else a stated final answer, else all of it when short."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal, TypeAlias

from verifiers.base import Sample
from verifiers.rules.math_answer.stated import MAX_JOINT_CHARS, Candidate, stated, whole
from verifiers.text.answer_part import ANSWER_CLOSE, ANSWER_OPEN, Where, reasoning_end
from verifiers.text.boxes import Box, find_boxes

Extraction: TypeAlias = Literal["whole", "stated", "box"]

MAX_WHOLE_CHARS = 600
MAX_BLOCKS = 16

_SPACE = r"(?:\s|\$|\\[()\[\],;!~ \\]|\\q?quad\b|~|\*\*)"
_WORD = (
    r"(?:and|or|else|also|perhaps|maybe|possibly|alternatively|otherwise|vs\.?|versus|if\s+not|either"
    r"|和|或|及|以及|与|或者)"
)
# What may stand between two boxes of one list; a full stop ends the list.
_JOINT = re.compile(rf"{_SPACE}*(?:[,;，；、&/|(]|\\text\{{\s*{_WORD}\s*\}}|{_WORD}|{_SPACE})*{_SPACE}*")
_NAMED_JOINT = re.compile(_JOINT.pattern + rf"(?:[A-Za-z](?:_\{{?\w{{1,3}}\}}?)?{_SPACE}*={_SPACE}*)?")


def find_answer(
    sample: Sample, where: Where, extraction: Extraction = "whole", max_whole_chars: int = MAX_WHOLE_CHARS
) -> Candidate:
    """Return the answer of a sample, its span counted in the completion; several answer blocks make one list."""
    part = sample.answer_part(where)
    if part.text is None:
        return Candidate(None, 0, 0, part.why)
    found = find_candidate(part.text, extraction, max_whole_chars)
    if part.start:
        found = replace(found, start=found.start + part.start, end=found.end + part.start)
    if part.blocks < 2 or found.text is None:
        return found
    return _with_other_blocks(sample, found, extraction, max_whole_chars)


def _with_other_blocks(sample: Sample, found: Candidate, extraction: Extraction, max_whole_chars: int) -> Candidate:
    start = reasoning_end(sample.completion, sample.prompt) or 0
    before, *opened = sample.completion[start:].split(ANSWER_OPEN)[: MAX_BLOCKS + 1]
    closed = before.split(ANSWER_CLOSE)[:-1]
    blocks = [*closed[:MAX_BLOCKS], *(block.partition(ANSWER_CLOSE)[0] for block in opened)]
    texts = [find_candidate(block, extraction, max_whole_chars).text for block in blocks]
    answers = list(dict.fromkeys(text for text in (*texts, found.text) if text))
    if len(answers) < 2:
        return found
    return replace(found, text=", ".join(answers), how=f"{len(answers)} answer blocks, read as a list", several=True)


def find_candidate(part: str, extraction: Extraction = "whole", max_whole_chars: int = MAX_WHOLE_CHARS) -> Candidate:
    """Return what the answer part gives as its answer, in the order box, statement, whole."""
    boxes = find_boxes(part)
    if boxes:
        return _boxed(part, boxes)
    if extraction == "box":
        return Candidate(None, 0, 0, "no box")
    found = stated(part)
    if found is not None:
        return found
    if extraction == "stated":
        return Candidate(None, 0, 0, "no box and no stated answer")
    if len(part.strip()) <= max_whole_chars:
        return whole(part)
    return Candidate(None, 0, 0, "no box, no stated answer, and too long to be an answer itself")


def boxed_list(text: str) -> str | None:
    """Return the content of the last box, or of the list of boxes that it ends."""
    boxes = [box for box in find_boxes(text) if box.is_closed]
    return _boxed(text, boxes).text if boxes else None


def _boxed(part: str, boxes: list[Box]) -> Candidate:
    last = boxes[-1]
    if not last.is_closed:
        return Candidate(None, last.start, last.end, "the last box is never closed")
    chain = _chain(part, boxes, _JOINT)
    contents = list(dict.fromkeys(box.content.strip(" \n") for box in chain))
    if not all(contents):
        return Candidate(None, last.start, last.end, "the box is empty")
    inside = last.start + part[last.start : last.end].rfind(last.content)
    if len(contents) == 1:
        how = f"the last box ({last.command})"
        return Candidate(contents[0], inside, inside + len(last.content), how, wider=_named_list(part, boxes))
    how = f"{len(contents)} boxes in one sentence, read as a list"
    return Candidate(", ".join(contents), chain[0].start, last.end, how, several=True)


def _named_list(part: str, boxes: list[Box]) -> str:
    chain = _chain(part, boxes, _NAMED_JOINT)
    return ", ".join(box.content for box in chain) if len(chain) > 1 else ""


def _chain(part: str, boxes: list[Box], joint: re.Pattern[str]) -> list[Box]:
    """Return the last boxes that nothing but commas, spaces, "and" and "or" keeps apart."""
    first = len(boxes) - 1
    while first > 0 and boxes[first - 1].is_closed and _joins(part[boxes[first - 1].end : boxes[first].start], joint):
        first -= 1
    return boxes[first:]


def _joins(between: str, joint: re.Pattern[str]) -> bool:
    return len(between) <= MAX_JOINT_CHARS and "\n\n" not in between and joint.fullmatch(between) is not None
