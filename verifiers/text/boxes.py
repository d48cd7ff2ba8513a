r"""Finds `\boxed{...}` and `\fbox{...}` in text, in one pass whose time is linear in the text, whatever the text.

Not covered: a box built by a macro of its own, and braces inside verbatim code, which count like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_DEPTH = 64  # boxes inside boxes; a deeper box command is plain text

_COMMAND = re.compile(r"\\(?P<command>boxed|fbox)(?![A-Za-z])\s*(?P<brace>\{)?")
# `\\` is a line break and hides no brace, but before `boxed` it is a backslash that was escaped once too often.
_TOKEN = re.compile(_COMMAND.pattern + r"|\\\\(?!boxed|fbox)|\\[{}]|\{+|\}+")
# `\boxed 5` as TeX allows it, read a little wider: a whole number, one letter, or a command with its plain arguments.
_UNBRACED = re.compile(
    r"[-+−]?(?:\d[\d,]*(?:\.\d+)?(?:/\d+)?|[A-Za-z](?![A-Za-z])|\\[A-Za-z]+(?:\{[^{}]{0,200}\}){0,2}\d?)%?"
)


@dataclass(frozen=True, slots=True)
class Box:
    r"""A box and its span, in code points. Of `\boxed{\boxed{5}}` the content is `5`; an unclosed box has none.

    `\boxed 5` is closed and not braced.
    """

    content: str
    start: int
    end: int
    command: str
    is_closed: bool
    is_braced: bool = True


@dataclass(slots=True)
class _Open:
    """A box whose closing brace has not come yet: `children` counts the closed boxes in it, `inner` is the last one's
    span and `content` the span of that one's own content."""

    start: int
    inside: int
    depth: int
    command: str
    children: int = 0
    inner: tuple[int, int] = (0, 0)
    content: tuple[int, int] = (0, 0)


def find_boxes(text: str) -> list[Box]:
    """Return the boxes of `text` by their start: the outermost closed ones, and the last of those never closed.

    A closed box inside an unclosed one is listed too: a brace lost in an early step does not hide the final answer.
    """
    return _Scan(text).boxes()


def last_box(text: str) -> Box | None:
    """Return the box that starts last, closed or not; None without one."""
    boxes = find_boxes(text)
    return boxes[-1] if boxes else None


@dataclass(frozen=True, slots=True)
class _Closed:
    """A closed box as spans alone: slicing waits until it is known to be an outermost one."""

    start: int
    end: int
    content: tuple[int, int]
    command: str
    is_braced: bool


class _Scan:
    """One pass over one text: `depth` counts braces, `stack` holds the boxes open at this point."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.depth = 0
        self.stack: list[_Open] = []
        self.closed: list[_Closed] = []

    def boxes(self) -> list[Box]:
        position = 0
        # Outside of boxes no brace matters, and most text is outside.
        while token := (_TOKEN if self.stack else _COMMAND).search(self.text, position):
            position = self._take(token)
        return self._with_unclosed()

    def _take(self, token: re.Match[str]) -> int:
        """Take one token in; return where to read on."""
        start, end = token.span()
        first = self.text[start]
        if first == "{":
            self.depth += end - start
        elif first == "}":
            self._close_braces(start, end - start)
        elif token["brace"]:
            self._open_box(start, end, token["command"])
        elif token["command"]:
            return self._take_unbraced(start, end, token["command"])
        return end

    def _open_box(self, start: int, inside: int, command: str) -> None:
        self.depth += 1
        if len(self.stack) < MAX_DEPTH:
            self.stack.append(_Open(start, inside, self.depth, command))

    def _close_braces(self, start: int, count: int) -> None:
        left = max(self.depth - count, 0)
        while self.stack and self.stack[-1].depth > left:
            box = self.stack.pop()
            self._close_box(box, start + self.depth - box.depth)
        self.depth = left

    def _close_box(self, box: _Open, brace: int) -> None:
        self._record(_Closed(box.start, brace + 1, self._content_span(box, brace), box.command, True))

    def _content_span(self, box: _Open, brace: int) -> tuple[int, int]:
        if box.children != 1:
            return box.inside, brace
        before, after = self.text[box.inside : box.inner[0]], self.text[box.inner[1] : brace]
        return (box.inside, brace) if before.strip() or after.strip() else box.content

    def _take_unbraced(self, start: int, end: int, command: str) -> int:
        argument = _UNBRACED.match(self.text, end)
        if argument is None:
            return end
        self._record(_Closed(start, argument.end(), argument.span(), command, False))
        return argument.end()

    def _record(self, box: _Closed) -> None:
        while self.closed and self.closed[-1].start > box.start:
            self.closed.pop()
        self.closed.append(box)
        if self.stack:
            parent = self.stack[-1]
            parent.children, parent.inner, parent.content = parent.children + 1, (box.start, box.end), box.content

    def _with_unclosed(self) -> list[Box]:
        boxes = [
            Box(self.text[slice(*box.content)], box.start, box.end, box.command, True, box.is_braced)
            for box in self.closed
        ]
        if self.stack:
            last = self.stack[-1]
            boxes.append(Box("", last.start, len(self.text), last.command, False))
            boxes.sort(key=lambda box: box.start)
        return boxes
