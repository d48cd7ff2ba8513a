"""Finds where an answer part says which option it takes: the last box, else a statement, else a line that is one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from verifiers.rules.choice.labels import MAX_READ_CHARS, Options, Picked, picked
from verifiers.text.boxes import Box, find_boxes

MAX_STATEMENTS = 1_000
STATED_CHARS = 200_000  # at the end of the part: an answer that so much follows is none
MAX_WHOLE_CHARS = 600
MAX_JOINT_CHARS = 120

_STATEMENT = re.compile(
    r"""
    \b(?:answers?|choice|option)\b(?:\s+(?:to|for|of)\s[^.\n]{1,80}?)?(?:\*\*)?\s*
      (?:(?:is|are|(?:would|will|must|should|has\ to)\ be)\b
           (?:\s+(?:therefore|thus|then|hence|indeed|clearly|simply)\b,?)?\s*[:：]?
         |[:：=])
    | \b(?:I|we)\s+(?:choose|pick|select)\b | \#\#\#\#
    | (?:^|\n)[ \t#*_]*(?:final\s+)?answer[ \t*_]*(?=\n)
    | 【答案】\s*[:：]? | 答案\s*(?:应该|应当|应)?\s*(?:[:：]|[是为选]\s*[:：]?) | 答\s*[:：]
    | (?:故|因此|所以|应)选(?:择|项)?\s*[:：]?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_IS_RIGHT = re.compile(
    r"(?:\b(?:option|choice|answer)\s+|(?<![A-Za-z0-9])(?=[(]?[A-Z]\b))"
    r"(?P<named>[(]?[A-Z][)]?)\s+is\s+(?:therefore\s+|thus\s+|indeed\s+)?(?:the\s+)?(?:correct|right|best)\b"
)
_JOINT = re.compile(
    r"(?:[\s$,;，；、&/|()]|\\[()\[\],;! ]|\\text\{|\}|\b(?:and|or|else|also|perhaps|maybe)\b|[或和及])*"
)
_OPENING = re.compile(r"[\s*]*")
_NEGATED = re.compile(r"\s*(?:not|n['’]t|never|neither|none|不|非)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """The option that was taken, and its span in the answer part; without one, `how` says why."""

    labels: str
    start: int
    end: int
    how: str


def find_choice(part: str, options: Options) -> Found:
    """Return what the answer part chooses. The last box counts, and without a box the last statement."""
    boxes = find_boxes(part)
    return _boxed(part, boxes, options) if boxes else _stated(part, options) or _by_itself(part, options)


def _boxed(part: str, boxes: list[Box], options: Options) -> Found:
    """Take the last box, and those before it that nothing but commas, "and" or "or" keeps apart."""
    last = boxes[-1]
    if not last.is_closed:
        return Found("", last.start, last.end, "the last box is never closed")
    start = last.start + part[last.start : last.end].rfind(last.content)
    found = _found(picked(last.content, options), start, last.content, f"the last box ({last.command})")
    for before, box in pairwise(reversed(boxes)):
        between = part[box.end : before.start]
        if len(between) > MAX_JOINT_CHARS or not _JOINT.fullmatch(between) or not found.labels:
            break
        choice = picked(box.content, options)
        labels = "".join(sorted({*found.labels, *(choice.labels if choice else "")}))
        found = Found(labels, box.start, found.end, "boxes in one sentence, read together")
    return found


def _stated(part: str, options: Options) -> Found | None:
    """Look from the last statement backwards for one that names an option; one that says which it is not is none."""
    first = max(0, len(part) - STATED_CHARS)
    places = [(match.end(), match[0].strip()) for match in _STATEMENT.finditer(part, first)]
    places += [(match.start("named"), match[0]) for match in _IS_RIGHT.finditer(part, first)]
    for start, words in sorted(places, reverse=True)[:MAX_STATEMENTS]:
        said = _rest(part, start)
        if _NEGATED.match(said):
            return Found("", start, start + len(said), f"{words!r} says which option it is not")
        choice = picked(said, options)
        if choice is not None:
            return _found(choice, start, said, f"the statement after {words!r}")
    return None


def _by_itself(part: str, options: Options) -> Found:
    """Take the last line, or a short part as a whole."""
    text = part.rstrip()
    above, _, last = text.rpartition("\n")
    choice = picked(last, options)
    if choice is not None and picked(above.rstrip().rpartition("\n")[2], options) is None:
        return _found(choice, len(text) - len(last), last, "the last line")
    if choice is not None:
        return Found("", 0, 0, "several lines name an option, and none is said to be the answer")
    if len(text) <= MAX_WHOLE_CHARS and "\n" in text:
        return _found(picked(text, options), 0, text, "the whole answer part, for it is short")
    return Found("", 0, 0, "no box, no stated answer, and no line that is one")


def _rest(part: str, start: int) -> str:
    """The rest of the line, or the next one where nothing is left of it."""
    opened = _OPENING.match(part, start)
    start = opened.end() if opened else start
    end = part.find("\n", start)
    return part[start : min(len(part) if end < 0 else end, start + MAX_READ_CHARS)]


def _found(choice: Picked | None, start: int, text: str, how: str) -> Found:
    if choice is None:
        return Found("", start, start + len(text), f"{how} names no option")
    return Found(choice.labels, start + choice.start, start + choice.end, how)
