"""Finds fenced code blocks in chat Markdown, in one pass.

A block opens with a line of three or more backticks or tildes, perhaps indented and with a label, and closes with a
line of at least as many of the same and nothing else (CommonMark's rule, but for the indentation, which lists deepen).
What a reader may wonder about:

- A block that nothing closes reaches to the end of the text; a fence glued to its last line (`print(1)```) is cut off.
- The lines of an indented block lose as much indentation as its opening fence has.
- Backticks inside a line open nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_FENCE_LINES = 20_000

_FENCE = re.compile(r"`{3,}|~{3,}")
_LABEL = re.compile(r"[^\s{},]+")
_GLUED_FENCE = re.compile(r"(?:`{3,}|~{3,})\s*\Z")


class TooManyFences(ValueError):
    """The text has more fence lines than any honest one."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block: its lower-case label ("" without one), its code, and where the code stands in the text."""

    label: str
    code: str
    start: int
    end: int
    is_closed: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that begins with a fence."""

    start: int
    next_start: int
    indent: int
    mark: str
    rest: str


def fenced_blocks(text: str) -> list[Fence]:
    """Return the fenced blocks of `text` in order. Blocks do not nest.

    Raises:
        TooManyFences: over MAX_FENCE_LINES fence lines.
    """
    blocks: list[Fence] = []
    opening: _Line | None = None
    for line in _fence_lines(text):
        if opening is None:
            opening = line if _opens(line) else None
        elif _closes(line, opening):
            blocks.append(_block(text, opening, line.start, is_closed=True))
            opening = None
    if opening is not None:
        blocks.append(_block(text, opening, len(text), is_closed=False))
    return blocks


def _fence_lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    start = 0  # of the line looked at, or of one before it
    while (fence := _FENCE.search(text, start)) is not None:
        line_start = text.rfind("\n", start, fence.start()) + 1 or start
        newline = text.find("\n", fence.end())
        next_start = newline + 1 if newline >= 0 else len(text)
        before = text[line_start : fence.start()]
        if not before or before.isspace():
            rest = text[fence.end() : newline if newline >= 0 else len(text)]
            lines.append(_Line(line_start, next_start, len(before), fence.group(), rest))
        if len(lines) > MAX_FENCE_LINES:
            raise TooManyFences(f"over {MAX_FENCE_LINES} fence lines")
        start = next_start
    return lines


def _opens(line: _Line) -> bool:
    return line.mark[0] == "~" or "`" not in line.rest


def _closes(line: _Line, opening: _Line) -> bool:
    same = line.mark[0] == opening.mark[0] and len(line.mark) >= len(opening.mark)
    return same and not line.rest.strip()


def _block(text: str, opening: _Line, end: int, *, is_closed: bool) -> Fence:
    start = min(opening.next_start, end)
    if not is_closed and (glued := _GLUED_FENCE.search(text, max(start, end - 100))):
        end = glued.start()
    code = _dedented(text[start:end], opening.indent)
    return Fence(_label(opening.rest), code, start, end, is_closed)


def _dedented(code: str, indent: int) -> str:
    return re.sub(rf"(?m)^[ \t]{{1,{indent}}}", "", code) if indent else code


def _label(rest: str) -> str:
    found = _LABEL.search(rest[:200])
    return found.group().lower().removeprefix(".") if found else ""
