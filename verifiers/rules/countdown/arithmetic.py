"""Works out `(10 - 5) * (7 - 3)` exactly: whole numbers, the four operations and parentheses, nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

MAX_CHARS = 1_000
MAX_DEPTH = 50
MAX_DIGITS = 30

_TOKEN = re.compile(rf"\s*(?:(\d{{1,{MAX_DIGITS}}})|([-+*/()]))")
_SAME_SIGN = str.maketrans(
    {"×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "∕": "/", "−": "-", "–": "-", "[": "(", "]": ")"}
)
_LATEX = ((r"\times", "*"), (r"\cdot", "*"), (r"\div", "/"), (r"\left", ""), (r"\right", ""), ("$", ""))
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")


class NotArithmetic(Exception):
    """The text is no such expression; the message says why."""


@dataclass(frozen=True, slots=True)
class Worked:
    """The value of an expression, and the numbers that are written in it."""

    value: Fraction
    numbers: tuple[int, ...]


def plain(text: str) -> str:
    """Write signs of typesetting as those of a keyboard."""
    for _ in range(MAX_DEPTH):
        text, count = _FRACTION.subn(r"((\1)/(\2))", text)
        if not count:
            break
    for written, meant in _LATEX:
        text = text.replace(written, meant)
    return text.translate(_SAME_SIGN)


def work_out(text: str) -> Worked:
    """Return what an expression is worth.

    Raises:
        NotArithmetic: see there; a division by zero is none either.
    """
    if len(text) > MAX_CHARS:
        raise NotArithmetic(f"it has more than {MAX_CHARS} characters")
    reader = _Reader(_tokens(text))
    value = reader.sum(0)
    if reader.left:
        raise NotArithmetic(f"{reader.left[-1]!r} stands where an operation should")
    return Worked(value, tuple(reader.numbers))


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotArithmetic(f"{text[at:].strip()[:20]!r} is neither a whole number nor + - * / ( )")
        tokens.append(match[1] or match[2])
        at = match.end()
    return tokens[::-1]


@dataclass(slots=True)
class _Reader:
    """Recursive descent. `left` holds the tokens that are not read yet, the next one last."""

    left: list[str]
    numbers: list[int] = field(default_factory=list)

    def sum(self, depth: int) -> Fraction:
        value = self._product(depth)
        while self.left and self.left[-1] in "+-":
            value = value + self._product(depth) if self.left.pop() == "+" else value - self._product(depth)
        return value

    def _product(self, depth: int) -> Fraction:
        value = self._factor(depth)
        while self.left and self.left[-1] in "*/":
            if self.left.pop() == "*":
                value *= self._factor(depth)
            else:
                value = _divided(value, self._factor(depth))
        return value

    def _factor(self, depth: int) -> Fraction:
        if depth > MAX_DEPTH:
            raise NotArithmetic(f"it is nested more than {MAX_DEPTH} deep")
        token = self.left.pop() if self.left else "the end"
        if token.isdigit():
            self.numbers.append(int(token))
            return Fraction(int(token))
        if token == "-":
            return -self._factor(depth + 1)
        if token != "(":
            raise NotArithmetic(f"{token!r} stands where a number should")
        value = self.sum(depth + 1)
        if not self.left or self.left.pop() != ")":
            raise NotArithmetic("a parenthesis is not closed")
        return value


def _divided(value: Fraction, by: Fraction) -> Fraction:
    if by == 0:
        raise NotArithmetic("it divides by zero")
    return value / by
