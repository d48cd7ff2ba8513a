"""Writes a formula in one order, so that `23 \\cdot 17`, `17(23)` and `17 \\times 23 + 0` read as the same formula."""

from __future__ import annotations

from fractions import Fraction

from verifiers.rules.math_answer.reading.tree import Node, Op

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


def _sorted(op: Op, args: tuple[Node, ...]) -> Node:
    flat = [inner for arg in args for inner in (arg.args if arg.op is op else (arg,))]
    kept = sorted((arg for arg in flat if not _is(arg, _NEUTRAL[op])), key=repr)
    if not kept:
        return Node(Op.NUMBER, (), "", flat[0].number)
    return kept[0] if len(kept) == 1 else Node(op, tuple(kept))


def _is(node: Node, value: int) -> bool:
    return node.op is Op.NUMBER and node.number == value
