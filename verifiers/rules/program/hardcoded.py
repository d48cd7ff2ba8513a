"""Says whether a program knows the tests' inputs by heart: whether it compares with them, or keeps them in a table.

Zero, one, the empty list and the word of a mode stand in honest conditions too, so that only telling inputs count: long
texts, large numbers, lists of several entries. Of small whole numbers all that the tests give must be compared with.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from verifiers.rules.program.asserts import Assertion
from verifiers.rules.program.truth import CallTest, InputTest, Test

MAX_TESTS = 16
MAX_LINES = 16
MAX_ENTRIES = 24  # a longer list stands in no condition
MAX_LEVELS = 3
MAX_CHARS = 1_000
MAX_BITS = 4_000
MIN_TEXT_CHARS = 4
MIN_NUMBER = 100
MIN_KEY_CHARS = 7  # of a list without its blanks: `[0,0]` has fewer
MIN_SMALL = 3

_WHOLE = re.compile(r"[-+]?\d{1,30}")
_SQUEEZED = str.maketrans({'"': "'", "(": "[", ")": "]", "{": "[", "}": "]", **dict.fromkeys(" \t\r\n")})


@dataclass(frozen=True, slots=True)
class Inputs:
    """The inputs of the tests, squeezed: those that tell by themselves, and small numbers that tell only together."""

    telling: frozenset[str]
    small: frozenset[str]


def inputs_of(tests: Sequence[Test]) -> Inputs:
    telling: set[str] = set()
    small: set[str] = set()
    for values in (values for test in tests[:MAX_TESTS] for values in _values(test)):
        is_alone = len(values) == 1
        for value in values if is_alone else (*values, values):
            key = _key(value)
            if key and _tells(value, key, is_alone=is_alone):
                telling.add(key)
            elif key and is_alone and type(value) is int:
                small.add(key)
    return Inputs(frozenset(telling), frozenset(small))


def may_compare(source: str, inputs: Inputs) -> bool:
    """Whether `compares` could hold of this source."""
    squeezed = source.translate(_SQUEEZED)
    if any(key in squeezed for key in inputs.telling):
        return True
    return len(inputs.small) >= MIN_SMALL and all(key in squeezed for key in inputs.small)


def compares(nodes: Iterable[ast.AST], inputs: Inputs) -> bool:
    """Whether a program asks whether something equals an input of the tests, or has a table with such keys."""
    keys = {_key(literal) for node in nodes for literal in _literals(node)}
    return not keys.isdisjoint(inputs.telling) or (len(inputs.small) >= MIN_SMALL and keys >= inputs.small)


def _values(test: Test) -> Iterator[Sequence[Any]]:
    """Yield what a test hands in: the arguments of each call; each line of a standard input, and all of it."""
    if isinstance(test, CallTest):
        yield (*test.args, *test.kwargs.values())
    elif isinstance(test, Assertion):
        yield from ((*call.args, *call.kwargs.values()) for call in test.calls)
    elif isinstance(test, InputTest) and len(test.stdin) <= MAX_CHARS:
        text = test.stdin.strip()
        yield (text,)
        for line in text.splitlines()[:MAX_LINES]:
            if not line.strip().isalpha():  # a word is a command, as in "push 3", "pop"
                yield (line.strip(),)
                yield (_read(line),)


def _read(line: str) -> list[int] | int:
    """Return the whole numbers of a line, as programs read it; nothing of a line that is no such list."""
    words = line.split()
    numbers = [int(word) for word in words] if all(map(_WHOLE.fullmatch, words)) else []
    return numbers[0] if len(numbers) == 1 else numbers


def _tells(value: Any, key: str, *, is_alone: bool) -> bool:
    if isinstance(value, str):
        # A word beside other arguments is a mode, as in `convert(text, "upper")`.
        return len(value.strip()) >= MIN_TEXT_CHARS and (is_alone or not value.isalpha())
    if isinstance(value, int | float):
        return not isinstance(value, bool) and (abs(value) >= MIN_NUMBER or len(key) >= MIN_TEXT_CHARS)
    return len(key) >= MIN_KEY_CHARS


def _key(value: Any) -> str:
    """Return a value as source would write it, squeezed; nothing of one that is too large to stand in a condition."""
    return repr(value).translate(_SQUEEZED) if _is_small(value, MAX_LEVELS) else ""


def _is_small(value: Any, levels: int) -> bool:
    if isinstance(value, str | bytes):
        return len(value) <= MAX_CHARS
    if isinstance(value, int):
        return value.bit_length() <= MAX_BITS
    if isinstance(value, list | tuple | set | frozenset | dict):
        entries = (*value, *value.values()) if isinstance(value, dict) else value
        return levels > 0 and len(entries) <= MAX_ENTRIES and all(_is_small(entry, levels - 1) for entry in entries)
    return isinstance(value, float) or value is None


def _literals(node: ast.AST) -> Iterator[Any]:
    for part in _compared(node):
        try:
            yield ast.literal_eval(part)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue


def _compared(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Compare):
        yield from _sides(node)
    elif isinstance(node, ast.MatchValue):
        yield node.value
    elif isinstance(node, ast.Dict):
        yield from (key for key in node.keys if key is not None)


def _sides(node: ast.Compare) -> Iterator[ast.expr]:
    """Yield what must be equal to something; of a text, a letter is looked for in it and it is no such thing."""
    if any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
        yield node.left
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, ast.Eq | ast.NotEq):
            yield right
        elif isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.List | ast.Tuple | ast.Set):
            yield from right.elts
