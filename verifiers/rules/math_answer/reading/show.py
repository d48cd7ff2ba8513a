"""Writes a tree for a person who reads a trace: `x^2 - 1` becomes `add(pow(x, 2), neg(1))`."""

from __future__ import annotations

from verifiers.rules.math_answer.reading.tree import Node, Op

MAX_CHARS = 240
MAX_NODES = 60
_LEAVES = (Op.NAME, Op.CONSTANT, Op.WORDS, Op.SPACE)


def shown(node: Node) -> str:
    """Return the tree as nested calls, cut where it is long."""
    text = _shown(node, [MAX_NODES])
    return text if len(text) <= MAX_CHARS else text[:MAX_CHARS] + "…"


def _shown(node: Node, left: list[int]) -> str:
    left[0] -= 1
    if left[0] < 0:
        return "…"
    if node.op is Op.NUMBER:
        return node.data or str(node.number)
    if node.op in _LEAVES:
        return node.data if node.op is not Op.WORDS else repr(node.data)
    name = node.data if node.op is Op.CALL else f"{node.op} {node.data}".strip()
    return f"{name}({', '.join(_shown(arg, left) for arg in node.args)})"
