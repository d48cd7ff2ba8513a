"""Finds the candidate in the answer part: the last box, else a stated final answer, else all of it when short."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from verifiers.base import Sample
from verifiers.text.answer_part import ANSWER_CLOSE, ANSWER_OPEN, Where, reasoning_end
from verifiers.text.boxes import Box, find_boxes

MAX_WHOLE_CHARS = 600
MAX_STATED_CHARS = 600
MAX_BLOCKS = 16

_SPACE = r"(?:\s|\$|\\[()\[\],;!~ ]|\\q?quad\b|~|\*\*)"
_WORD = r"(?:and|or|和|或|及|以及|与)"
# What may stand between two boxes of one list; a full stop ends the list.
_JOINT = re.compile(rf"{_SPACE}*(?:[,;，；、&]|\\text\{{\s*{_WORD}\s*\}}|{_WORD}|{_SPACE})*{_SPACE}*")
_NAMED_JOINT = re.compile(_JOINT.pattern + rf"(?:[A-Za-z](?:_\{{?\w{{1,3}}\}}?)?{_SPACE}*={_SPACE}*)?")
_STATEMENT = re.compile(
    r"""
    \b(?:final\s+)?answers?\b\s*(?:\*\*)?\s*(?:(?:is|are|equals|would\s+be|will\s+be|must\s+be|to\s+be)\b\s*[:：]?|[:：=]|(?=\s*(?:\$|\\\(|\\\[)))
    | \#\#\#\#
    | (?:^|\n)\s*A\s*[:：](?=[^\n]*\s*\Z)
    | (?:最终|最后|正确)?答案\s*(?:[:：]|(?:是|为|等于)\s*[:：]?)
    | 答\s*[:：]
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Where a sentence ends: a stop that no digit follows, so that 3.14 stays whole.
_SENTENCE_END = re.compile(r"(?:[.!?](?=\s+[A-Z\"(]|\s*$)|。|(?<=[^\d\s])[.!?](?=\s)|<\|)")
_COPULA = re.compile(r"\b(?:is|are|equals|be)\b\s*[:：]?")
_DISPLAY = re.compile(r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|\\\((.+?)\\\)|\$([^$]+)\$", re.DOTALL)
_OPENERS = re.compile(r"\s*(?:\*\*|__|[\"'“:：=]|\s)*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """The text to judge and its span in the answer part; `several` says that it is a list of separate answers.

    Without an answer `text` is None and `how` says why.
    """

    text: str | None
    start: int
    end: int
    how: str
    several: bool = False
    wider: str = ""  # the list that this box ends, where its members are named: `x = \\boxed{1}` and `y = \\boxed{2}`


def find_answer(sample: Sample, where: Where, max_whole_chars: int = MAX_WHOLE_CHARS) -> Candidate:
    """Return the answer of a sample, its span counted in the completion; several answer blocks make one list."""
    part = sample.answer_part(where)
    if part.text is None:
        return Candidate(None, 0, 0, part.why)
    found = find_candidate(part.text, max_whole_chars)
    found = replace(found, start=found.start + part.start, end=found.end + part.start)
    if part.blocks < 2 or found.text is None:
        return found
    return _with_other_blocks(sample, found, max_whole_chars)


def _with_other_blocks(sample: Sample, found: Candidate, max_whole_chars: int) -> Candidate:
    start = reasoning_end(sample.completion, sample.prompt) or 0
    before, *opened = sample.completion[start:].split(ANSWER_OPEN)[: MAX_BLOCKS + 1]
    closed = before.split(ANSWER_CLOSE)[:-1]
    blocks = [*closed[:MAX_BLOCKS], *(block.partition(ANSWER_CLOSE)[0] for block in opened)]
    texts = [find_candidate(block, max_whole_chars).text for block in blocks]
    answers = list(dict.fromkeys(text for text in texts if text))
    if len(answers) < 2:
        return found
    return replace(found, text=", ".join(answers), how=f"{len(answers)} answer blocks, read as a list", several=True)


def find_candidate(part: str, max_whole_chars: int = MAX_WHOLE_CHARS) -> Candidate:
    """Return what the answer part gives as its answer, in the order box, statement, whole."""
    boxes = find_boxes(part)
    if boxes:
        return _boxed(part, boxes)
    stated = _stated(part)
    if stated is not None:
        return stated
    text = part.strip()
    start = len(part) - len(part.lstrip())
    if len(text) <= max_whole_chars:
        return Candidate(_only_formula(text), start, start + len(text), "the whole answer part, for it is short")
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
    return len(between) <= 80 and "\n\n" not in between and joint.fullmatch(between) is not None


def _stated(part: str) -> Candidate | None:
    statements = list(_STATEMENT.finditer(part))
    if not statements:
        return None
    last = statements[-1]
    start, end = _statement_span(part, last.end())
    if start == end:
        return None
    how = f"the statement after '{last.group().strip()}'"
    earlier = _same_sentence(part, statements)
    if earlier:
        return Candidate(f"{earlier}, {part[start:end]}", start, end, how, several=True)
    return Candidate(part[start:end], start, end, how)


def _same_sentence(part: str, statements: list[re.Match[str]]) -> str:
    """Return the answer stated just before the last one, where "and" or "or" joins both: 'the answer is 3 or ...'."""
    if len(statements) < 2:
        return ""
    between = part[statements[-2].end() : statements[-1].start()]
    joined = re.fullmatch(
        r"([^\n。]{1,80}?)\s*(?:,|\bor\b|\band\b|或|和)(?:\s*(?:the|my|else|maybe|perhaps))*\s*", between
    )
    if joined is None or _SENTENCE_END.search(joined[1]):
        return ""
    return joined[1].strip()


def _statement_span(part: str, start: int) -> tuple[int, int]:
    """Return the span of what is stated from `start` on: a formula on display, or the rest of the sentence."""
    opener = _OPENERS.match(part, start)
    start = opener.end() if opener else start
    display = _DISPLAY.match(part, start)
    if display and part[start : start + 2] in ("$$", "\\["):
        return _stripped(part, *display.span(display.lastindex or 0))
    line_end = part.find("\n", start)
    end = min(len(part) if line_end < 0 else line_end, start + MAX_STATED_CHARS)
    stop = _SENTENCE_END.search(part, start, end)
    end = stop.start() if stop else end
    return _stripped(part, _after_copula(part, start, end), end)


def _after_copula(part: str, start: int, end: int) -> int:
    """Skip the words of 'Final answer: The number of points in $D$ is 19' up to the answer itself."""
    for copula in reversed(list(_COPULA.finditer(part, start, end))):
        if part.count("$", copula.end(), end) % 2 == 0 and part[copula.end() : end].strip():
            return copula.end()
    return start


def _stripped(part: str, start: int, end: int) -> tuple[int, int]:
    while start < end and part[start] in " \t\n*\"'“”`":
        start += 1
    while end > start and part[end - 1] in " \t\n*\"'“”`.。":
        end -= 1
    return start, end


def _only_formula(text: str) -> str:
    """Return the one formula of a sentence such as 'So $x < 5$ is the solution.', else the text itself."""
    formulas = list(_DISPLAY.finditer(text))
    if len(formulas) != 1:
        return text
    around = text[: formulas[0].start()] + text[formulas[0].end() :]
    if re.search(r"\d|\\|\bor\b|\band\b|\bnot\b|[%°=<>]|percent", around) or not re.search(r"[A-Za-z]{3}", around):
        return text
    return formulas[0][formulas[0].lastindex or 0].strip()
