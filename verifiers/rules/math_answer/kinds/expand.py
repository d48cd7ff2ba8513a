"""Writes out what stands for several: each plus-minus sign, and a list inside a set."""

from __future__ import annotations

from itertools import product

from verifiers.rules.math_answer.reading.tree import Node, Op, Unreadable, negative

MAX_VARIANTS = 64


def expanded(node: Node) -> Node:
    """Return `node` with every plus-minus sign written out: `3 \\pm 1` becomes a list of two.

    Raises:
        Unreadable: that makes more than 64 variants.
    """
    if not node.has(Op.PM):
        return node
    if node.op in (Op.LIST, Op.SET):
        items = tuple(variant for item in node.args for variant in _variants(item))
        return Node(node.op, tuple(dict.fromkeys(items)), node.data)
    if node.op is Op.RELATION and node.signs == ("=",) and not node.args[0].has(Op.PM):
        inner = expanded(node.args[1])
        return Node(Op.LIST, tuple(Node(Op.RELATION, (node.args[0], item), "=") for item in inner.args), "or")
    variants = _variants(node)
    return variants[0] if len(variants) == 1 else Node(Op.LIST, tuple(dict.fromkeys(variants)), "or")


def _variants(node: Node) -> list[Node]:
    count = sum(part.op is Op.PM for part in node.walk())
    tied = any(part.op is Op.PM and part.data == "mp" for part in node.walk())
    if 2**count > MAX_VARIANTS and not tied:
        raise Unreadable(f"more than {MAX_VARIANTS} variants of plus and minus")
    choices = [(sign,) * count for sign in (1, -1)] if tied else list(product((1, -1), repeat=count))
    return [_chosen(node, list(signs)) for signs in choices] if count else [node]


def _chosen(node: Node, signs: list[int]) -> Node:
    args = tuple(_chosen(arg, signs) for arg in node.args)
    if node.op is not Op.PM:
        return Node(node.op, args, node.data, node.number)
    sign = signs.pop() * (-1 if node.data == "mp" else 1)
    return args[0] if sign > 0 else negative(args[0])
