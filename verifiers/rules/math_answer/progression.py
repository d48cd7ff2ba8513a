"""Writes out what dots leave out: `1 + 2 + \\dots + n` at n = 6, `a_1 a_2 \\cdots a_n` at n = 4, term by term.

The terms beside the dots must differ in whole numbers alone, in steps as even as those before them. Not read here: sums
that go on for ever, and terms that grow by a factor.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from mpmath import isint

from verifiers.rules.math_answer.reading.reader import read
from verifiers.rules.math_answer.reading.tree import Node, Op, Unreadable, number

MAX_STEPS = 60

Value = Callable[[Node], Any]


class Uneven(ValueError):
    """Nothing says what stands between the terms."""


def written_out(node: Node, value: Value) -> Node:
    """Return a sum or product with every term; `value` computes a node where the letters have values.

    Raises:
        Uneven: see there.
    """
    places = [index for index, arg in enumerate(node.args) if arg.op is Op.DOTS]
    if not places:
        return node
    place = places[0]
    before, after = node.args[:place], node.args[place + 1 :]
    if len(places) > 1 or not before or not after:
        raise Uneven("dots without an end")
    pairs = _pairs(before[-1], after[0])
    steps = _steps(pairs, before, value)
    between = (_term(before[-1], after[0], step / steps, value) for step in range(1, steps))
    return Node(node.op, tuple(_placed(term, value) for term in (*before, *between, *after)))


def _placed(node: Node, value: Value) -> Node:
    """Write a_{k-1} as a_5 where k is 6."""
    if node.op is Op.NAME and "_" in node.data:
        try:
            return Node(Op.NAME, (), f"{_base(node)}_{_whole(_index(node), value)}")
        except Uneven:
            return node
    return Node(node.op, tuple(_placed(arg, value) for arg in node.args), node.data, node.number)


def _pairs(low: Node, high: Node) -> list[tuple[Node, Node]]:
    """Return the places where two terms differ."""
    if low == high:
        return []
    if low.args and low.op is high.op and low.data == high.data and len(low.args) == len(high.args):
        return [pair for a, b in zip(low.args, high.args, strict=True) for pair in _pairs(a, b)]
    if _are_indexed(low, high):
        return [(_index(low), _index(high))]
    return [(low, high)]


def _steps(pairs: list[tuple[Node, Node]], before: tuple[Node, ...], value: Value) -> int:
    """Return in how many steps the last term before the dots becomes the first one after them."""
    found = {_steps_between(low, high, before, value, len(pairs) == 1) for low, high in pairs}
    if len(found) != 1:
        raise Uneven("terms that change at different paces")
    steps = found.pop()
    if not 1 <= steps <= MAX_STEPS:
        raise Uneven(f"not between 1 and {MAX_STEPS} steps")
    return steps


def _steps_between(low: Node, high: Node, before: tuple[Node, ...], value: Value, is_only: bool) -> int:
    start, end = _whole(low, value), _whole(high, value)
    step = 1 if end > start else -1
    if is_only and len(before) > 1:
        step = _pace(before, value) or step
    if step == 0 or (end - start) % step:
        raise Uneven("the steps do not lead there")
    return (end - start) // step


def _pace(before: tuple[Node, ...], value: Value) -> int:
    """Return the step from each term before the dots to the next; 0 where they tell of none."""
    paces = set()
    for left, right in pairwise(before):
        pairs = _pairs(left, right)
        try:
            paces.update([_whole(pairs[0][1], value) - _whole(pairs[0][0], value)] if len(pairs) == 1 else [])
        except Uneven:
            continue
    if len(paces) > 1:
        raise Uneven("uneven steps")
    return paces.pop() if paces else 0


def _term(low: Node, high: Node, part: float, value: Value) -> Node:
    """Return the term that lies so far between two others."""
    if low == high:
        return low
    if _are_indexed(low, high):
        return Node(Op.NAME, (), f"{_base(low)}_{_between(_index(low), _index(high), part, value)}")
    if low.args and low.op is high.op and low.data == high.data and len(low.args) == len(high.args):
        return Node(low.op, tuple(_term(a, b, part, value) for a, b in zip(low.args, high.args, strict=True)), low.data)
    return number(_between(low, high, part, value))


def _between(low: Node, high: Node, part: float, value: Value) -> int:
    start, end = _whole(low, value), _whole(high, value)
    return round(start + (end - start) * part)


def _whole(node: Node, value: Value) -> int:
    computed = value(node)
    if not isint(computed):
        raise Uneven("terms that differ in more than whole numbers")
    return int(computed)


def _are_indexed(low: Node, high: Node) -> bool:
    return low.op is high.op is Op.NAME and "_" in low.data and "_" in high.data and _base(low) == _base(high)


def _base(node: Node) -> str:
    return node.data.partition("_")[0]


def _index(node: Node) -> Node:
    try:
        return read(node.data.partition("_")[2]).node
    except Unreadable as error:
        raise Uneven("an index that is no formula") from error


def index_letters(node: Node) -> frozenset[str]:
    """Return the letters that say how long the sums and products with dots are: they stand for whole numbers."""
    letters: frozenset[str] = frozenset()
    for part in node.walk():
        if any(arg.op is Op.DOTS for arg in part.args):
            ends = [(a, c) for a, b, c in zip(part.args, part.args[1:], part.args[2:], strict=False) if b.op is Op.DOTS]
            letters |= {name for a, c in ends for pair in _pairs(a, c) for end in pair for name in end.names}
    return letters
