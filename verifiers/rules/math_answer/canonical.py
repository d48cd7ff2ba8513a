"""Writes a formula in one order, so that `23 \\cdot 17`, `17(23)` and `17 \\times 23 + 0` read as the same formula."""

from __future__ import annotations

from fractions import Fraction

from verifiers.rules.math_answer.exact import exact
from verifiers.rules.math_answer.reading.tree import Node, Op, number

MAX_WORKED_OUT = 10**30
_WORKED_OUT = (Op.ADD, Op.MUL, Op.POW, Op.NEG)
_NEUTRAL = {Op.ADD: 0, Op.MUL: 1}


def canonical(node: Node) -> Node:
    """Return `node` flat and sorted, without terms that are 0 and factors that are 1. Nothing is worked out."""
    args = tuple(canonical(arg) for arg in node.args)
    if node.op is Op.NUMBER:
        return Node(Op.NUMBER, (), "", node.number)
    if node.op is Op.CALL and node.data == "lg":
        return Node(Op.CALL, (*args, Node(Op.NUMBER, (), "", Fraction(10))), "log")
    if node.op in _NEUTRAL:
        return _sorted(node.op, args)
    if node.op is Op.DIV and len(args) > 2:
        return Node(Op.DIV, (args[0], _sorted(Op.MUL, args[1:])))
    if node.op is Op.POW:
        return args[0] if _is(args[1], 1) else Node(Op.POW, args)
    if node.op in (Op.DIV, Op.NEG) and _is(args[-1], 1 if node.op is Op.DIV else 0):
        return args[0]
    return Node(node.op, args, node.data, node.number)


def without_common_terms(left: Node, right: Node) -> tuple[Node, Node]:
    """Return both without the terms that both sums have: `x + 10^{-300}` and `x` leave `10^{-300}` and 0.

    Computing cannot tell those apart, for their difference is too small beside their size.
    """
    if Op.ADD not in (left.op, right.op) or left.has(Op.DOTS) or right.has(Op.DOTS):
        return left, right
    terms, others = _terms(canonical(_worked_out(left))), _terms(canonical(_worked_out(right)))
    kept = []
    for term in terms:
        if term in others:
            others.remove(term)
        else:
            kept.append(term)
    return (left, right) if len(kept) == len(terms) else (_sum(kept), _sum(others))


def _worked_out(node: Node) -> Node:
    """Return `node` with its small whole numbers worked out, so that `(10^6)!` is `1000000!`."""
    if not node.args:
        return node
    node = Node(node.op, tuple(_worked_out(arg) for arg in node.args), node.data, node.number)
    if any(arg.op is not Op.NUMBER for arg in node.args) or node.op not in _WORKED_OUT:
        return node
    value = exact(node)
    return number(value) if value is not None and abs(value) <= MAX_WORKED_OUT else node


def _terms(node: Node) -> list[Node]:
    return list(node.args) if node.op is Op.ADD else [node]


def _sum(terms: list[Node]) -> Node:
    if not terms:
        return number(0)
    return terms[0] if len(terms) == 1 else Node(Op.ADD, tuple(terms))


def _sorted(op: Op, args: tuple[Node, ...]) -> Node:
    flat = [inner for arg in args for inner in (arg.args if arg.op is op else (arg,))]
    kept = sorted((arg for arg in flat if not _is(arg, _NEUTRAL[op])), key=repr)
    if not kept:
        return Node(Op.NUMBER, (), "", flat[0].number)
    return kept[0] if len(kept) == 1 else Node(op, tuple(kept))


def _is(node: Node, value: int) -> bool:
    return node.op is Op.NUMBER and node.number == value
