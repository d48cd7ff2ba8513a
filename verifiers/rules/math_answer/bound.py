"""Bounds text before anything parses it: length, digits of one number, nesting and towers of exponents.

Bounds limit work, not notation: brackets around brackets are dropped before depth is counted. Not guarded here: CPU
time (the worker's budget does that) and the size of values (`evaluate` refuses to compute what is too large).
"""

from __future__ import annotations

import re

MAX_ANSWER_CHARS = 4_000
MAX_TRUTH_CHARS = 20_000
MAX_DIGITS = 1_000
MAX_DEPTH = 40
MAX_TOWER = 24
MAX_TOKENS = 6_000

_LONG_NUMBER = re.compile(rf"\d{{{MAX_DIGITS + 1}}}")
_TOWER = re.compile(rf"(?:\^[\s{{(]*[^\s{{}}()^]{{1,12}}[\s)]*){{{MAX_TOWER}}}")
_BRACKET = re.compile(r"\\[{}]|[()\[\]{}]")
_OPEN = {"(": ")", "{": "}", "[": "]"}


def over_bounds(text: str, max_chars: int) -> str:
    """Return which bound `text` is over, as a phrase; empty when it is within all."""
    if len(text) > 2 * max_chars:  # too long even without its redundant brackets
        return f"{len(text)} characters, over {max_chars}"
    text = without_redundant_brackets(text)
    if len(text) > max_chars:
        return f"{len(text)} characters, over {max_chars}"
    if len(text) > MAX_DIGITS and _LONG_NUMBER.search(text):
        return f"a number of more than {MAX_DIGITS} digits"
    if _TOWER.search(text):
        return f"a tower of more than {MAX_TOWER} exponents"
    depth = _depth(text) if len(text) > MAX_DEPTH else 0
    if depth > MAX_DEPTH:
        return f"nested {depth} deep, over {MAX_DEPTH}"
    return ""


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in _BRACKET.finditer(text):
        if bracket[0][-1] in _OPEN:
            depth += 1
            deepest = max(deepest, depth)
        else:
            depth -= 1
    return deepest


def without_redundant_brackets(text: str) -> str:
    """Return `text` without the outer of two pairs that open and close together: `(((x)))` becomes `(x)`."""
    if "((" not in text and "{{" not in text:
        return text
    partner = _partners(text)
    drop: set[int] = set()
    for start, end in partner.items():
        if text[start + 1 : start + 2] == text[start] != "[" and partner.get(start + 1) == end - 1:
            drop.update((start, end))
    return "".join(char for index, char in enumerate(text) if index not in drop) if drop else text


def _partners(text: str) -> dict[int, int]:
    stack: list[int] = []
    partner: dict[int, int] = {}
    for bracket in _BRACKET.finditer(text):
        if len(bracket[0]) == 2:
            continue
        if bracket[0] in _OPEN:
            stack.append(bracket.start())
        elif stack and _OPEN[text[stack[-1]]] == bracket[0]:
            partner[stack.pop()] = bracket.start()
    return partner
