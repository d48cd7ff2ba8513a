"""Reads chains of equations: `3 + 4 = 7` gives 7 where it holds; where it does not, it gives nothing."""

from __future__ import annotations

from itertools import pairwise

from mpmath import mpf

from verifiers.rules.math_answer.kinds.frame import Frame
from verifiers.rules.math_answer.kinds.naming import is_label
from verifiers.rules.math_answer.kinds.quantities import decimal_places
from verifiers.rules.math_answer.numeric import Undefined
from verifiers.rules.math_answer.probe import Undecided, compute_real, equal
from verifiers.rules.math_answer.reading.tree import Node, Op

NEAR = 0.05
_COMPARED = (Op.LIST, Op.TUPLE, Op.SET, Op.MATRIX, Op.WORDS, Op.UNIT)


def false_chain(node: Node, frame: Frame) -> bool:
    """Say whether an equation in `node` claims that different numbers are equal: `2 + 2 = 5`, `x = 4 = 5`."""
    if node.op in (Op.LIST, Op.TUPLE):
        return any(false_chain(arg, frame) for arg in node.args)
    if node.op is not Op.RELATION or set(node.signs) != {"="}:
        return False
    sides = _sides(node)
    return any(not _holds(left, right, frame) for left, right in pairwise(sides))


def far_off(node: Node) -> bool:
    """Say whether a side after an approximation sign is no rounding of the one before it: `5 \\approx 6`."""
    if node.op in (Op.LIST, Op.TUPLE):
        return any(far_off(arg) for arg in node.args)
    if node.op is not Op.RELATION or "~" not in node.signs:
        return False
    sides = zip(node.args, node.signs, node.args[1:], strict=False)
    return any(sign == "~" and not _rounds(exact, rounded) for exact, sign, rounded in sides)


def _rounds(exact: Node, rounded: Node) -> bool:
    try:
        value, shown = compute_real(exact), compute_real(rounded)
    except Undefined:
        return True
    places = decimal_places(rounded)[0] or 0
    return bool(abs(value - shown) <= max(abs(value) * NEAR, mpf(10) ** -places / 2))


def last_side(node: Node) -> Node:
    """Return the value that a chain without a name ends in; whatever else comes back as it is."""
    if node.op is not Op.RELATION or set(node.signs) != {"="} or is_label(node.args[0]):
        return node
    first, last = node.args[0], node.args[-1]
    if first.names:
        return last if _is_identity(first, last) else node
    return node if last.names else last


def _sides(node: Node) -> tuple[Node, ...]:
    return node.args[1:] if is_label(node.args[0]) or _has_unknown(node.args[0]) else node.args


def _has_unknown(node: Node) -> bool:
    return any(part.op is Op.CALL and part.data.startswith("?") for part in node.walk())


def _holds(left: Node, right: Node, frame: Frame) -> bool:
    if left.op in _COMPARED or right.op in _COMPARED or left.names or right.names:
        return True
    if left.has(Op.BIG) or right.has(Op.BIG):  # an integral worked out in the answer is taken at its word
        return True
    try:
        return equal(left, right, frame.integers)
    except Undecided:
        return False


def _is_identity(left: Node, right: Node) -> bool:
    if left.names != right.names or left.op in _COMPARED or right.op in _COMPARED:
        return False
    try:
        return equal(left, right)
    except Undecided:
        return False
