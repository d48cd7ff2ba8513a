"""Writes an answer in the gold's notation: `P(2, 3)` and `2i + 3j` as points, `[[1], [2]]` as a matrix."""

from __future__ import annotations

import re
from collections.abc import Callable

from verifiers.rules.math_answer.reading.tree import I, Node, Op, negative, number, product

_AXES = {"i": 0, "j": 1, "k": 2}
_CHOSEN = re.compile(r"C_(\d{1,5})")


def as_written_in(gold: Node, answer: Node) -> Node:
    """Return `answer` in the notation that the kind of the gold calls for, else as it is."""
    if gold.op is Op.LIST and answer.op is Op.LIST and any(arg.op is Op.TUPLE for arg in gold.args):
        return Node(Op.LIST, tuple(_tuple(arg) for arg in answer.args), answer.data)
    rule = _RULES.get(gold.op)
    if rule is not None:
        return rule(answer)
    return answer if "C" in " ".join(gold.names) else _with_binomials(answer)


def _tuple(answer: Node) -> Node:
    if answer.op is Op.SET and len(answer.args) == 1 and answer.args[0].op is Op.TUPLE:  # the set of one solution
        return answer.args[0]
    if answer.op is Op.MUL and len(answer.args) == 2 and _is_point_name(answer.args[0]):
        return answer.args[1] if answer.args[1].op is Op.TUPLE else answer
    return _from_axes(answer) or answer


def _is_point_name(node: Node) -> bool:
    return node.op is Op.NAME and node.data[0].isupper()


def _from_axes(node: Node) -> Node | None:
    """Return the entries of a sum such as `2i - j + 3k`; None where it is no such sum, or lies on one axis."""
    entries: dict[int, Node] = {}
    for term in node.args if node.op is Op.ADD else ():
        axis, entry = _along(term)
        if axis is None or axis in entries:
            return None
        entries[axis] = entry
    size = max(entries, default=0) + 1
    return (
        Node(Op.TUPLE, tuple(entries.get(axis, number(0)) for axis in range(size)), "()") if len(entries) > 1 else None
    )


def _along(term: Node) -> tuple[int | None, Node]:
    if term.op is Op.NEG:
        axis, entry = _along(term.args[0])
        return axis, negative(entry)
    factors = term.args if term.op is Op.MUL else (term,)
    axis = 0 if factors[-1] == I else _AXES.get(factors[-1].data) if factors[-1].op is Op.NAME else None
    return axis, product(*factors[:-1]) if len(factors) > 1 else number(1)


def _matrix(answer: Node) -> Node:
    rows = answer.args
    if answer.op is not Op.TUPLE or not rows or any(row.op is not Op.TUPLE for row in rows):
        return answer
    width = len(rows[0].args)
    if any(len(row.args) != width for row in rows):
        return answer
    return Node(Op.MATRIX, tuple(entry for row in rows for entry in row.args), str(width))


def _union(answer: Node) -> Node:
    """Read intervals joined by commas or words as their union: the gold is one."""
    is_union = answer.op is Op.LIST and all(arg.op is Op.TUPLE and len(arg.args) == 2 for arg in answer.args)
    return Node(Op.UNION, answer.args) if is_union else answer


def _with_binomials(node: Node) -> Node:
    """Read `C(5, 2)` and `C_5^2` as the binomials that they are among numbers."""
    if not any(name == "C" or _CHOSEN.fullmatch(name) for name in node.names):
        return node
    args = [_with_binomials(arg) for arg in node.args]
    if node.op is Op.POW and (chosen := _CHOSEN.fullmatch(node.args[0].data)):
        return Node(Op.CALL, (number(int(chosen[1])), args[1]), "binom")
    if node.op is not Op.MUL:
        return Node(node.op, tuple(args), node.data, node.number)
    for place in range(len(args) - 1, 0, -1):
        before, pair = args[place - 1], args[place]
        if before == Node(Op.NAME, (), "C") and pair.op is Op.TUPLE and len(pair.args) == 2:
            args[place - 1 : place + 1] = [Node(Op.CALL, pair.args, "binom")]
    return product(*args)


_RULES: dict[Op, Callable[[Node], Node]] = {Op.TUPLE: _tuple, Op.MATRIX: _matrix, Op.UNION: _union}
