"""Reads sets of real numbers: intervals, unions, solved inequalities, set-builders of a solved condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from verifiers.rules.math_answer.numeric import Undefined
from verifiers.rules.math_answer.probe import close, compute_real
from verifiers.rules.math_answer.reading.tree import INFINITY, Node, Op, negative

MAX_PIECES = 64
_MINUS_INFINITY = negative(INFINITY)
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}


class NoRealSet(Exception):
    """The node is no solved set of real numbers."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An interval with formulas for ends; a single number is closed at both."""

    low: Node
    high: Node
    has_low: bool
    has_high: bool


@dataclass(frozen=True, slots=True)
class RealSet:
    pieces: tuple[Piece, ...]
    variable: str = ""


def real_set(node: Node) -> RealSet:
    """Return the set that `node` describes.

    Raises:
        NoRealSet: it describes none, or one that is still to be solved.
    """
    rule = _RULES.get(node.op)
    if rule is None:
        raise NoRealSet
    found = rule(node)
    if len(found.pieces) > MAX_PIECES:
        raise NoRealSet
    return found


def is_infinite(node: Node) -> bool:
    return node in (INFINITY, _MINUS_INFINITY)


def _interval(node: Node) -> RealSet:
    if len(node.args) != 2 or any(arg.op in (Op.TUPLE, Op.LIST, Op.SET, Op.RELATION) for arg in node.args):
        raise NoRealSet
    low, high = node.args
    return RealSet((_piece(low, high, node.data[0] == "[", node.data[1] == "]"),))


def _piece(low: Node, high: Node, has_low: bool, has_high: bool) -> Piece:
    return Piece(low, high, has_low and not is_infinite(low), has_high and not is_infinite(high))


def _points(node: Node) -> RealSet:
    return RealSet(tuple(Piece(arg, arg, True, True) for arg in node.args))


def _space(node: Node) -> RealSet:
    zero = Node(Op.NUMBER, (), "0")
    if node.data == "R":
        return RealSet((_piece(_MINUS_INFINITY, INFINITY, False, False),))
    if node.data == "R+":
        return RealSet((_piece(zero, INFINITY, False, False),))
    if node.data == "R-":
        return RealSet((_piece(_MINUS_INFINITY, zero, False, False),))
    raise NoRealSet


def _union(node: Node) -> RealSet:
    return RealSet(tuple(piece for arg in node.args for piece in real_set(arg).pieces))


def _intersection(node: Node) -> RealSet:
    pieces, *others = (real_set(arg).pieces for arg in node.args)
    for other in others:
        pieces = tuple(piece for a in pieces for b in other for piece in _common(a, b))
    return RealSet(pieces)


def _common(a: Piece, b: Piece) -> list[Piece]:
    low = _inner(a.low, a.has_low, b.low, b.has_low, 1)
    high = _inner(a.high, a.has_high, b.high, b.has_high, -1)
    order = _order(low[0], high[0])
    if order > 0 or (order == 0 and not (low[1] and high[1])):
        return []
    return [Piece(low[0], high[0], low[1], high[1])]


def _inner(a: Node, has_a: bool, b: Node, has_b: bool, side: int) -> tuple[Node, bool]:
    """Return the end that lies further in, open where either is: `side` is 1 for the low end, -1 for the high one."""
    order = _order(a, b) * side
    if order == 0:
        return a, has_a and has_b
    return (a, has_a) if order > 0 else (b, has_b)


def _order(left: Node, right: Node) -> int:
    try:
        a, b = compute_real(left), compute_real(right)
    except Undefined as error:
        raise NoRealSet from error
    return 0 if close(a, b) else -1 if a < b else 1


def _difference(node: Node) -> RealSet:
    taken = real_set(Node(Op.UNION, tuple(_positive(arg) for arg in node.args[1:])))
    pieces = real_set(node.args[0]).pieces
    for piece in taken.pieces:
        outside = _outside(piece)
        pieces = tuple(found for a in pieces for b in outside for found in _common(a, b))
    return RealSet(pieces)


def _positive(node: Node) -> Node:
    return node.args[0] if node.op is Op.NEG else node


def _outside(piece: Piece) -> list[Piece]:
    left = _piece(_MINUS_INFINITY, piece.low, False, not piece.has_low)
    right = _piece(piece.high, INFINITY, not piece.has_high, False)
    return [side for side, end in ((left, piece.low), (right, piece.high)) if not is_infinite(end)]


def _subtraction(node: Node) -> RealSet:
    """Read a minus sign between sets as taking away."""
    first, *rest = node.args
    if first.op in (Op.NUMBER, Op.NAME) or not all(arg.op is Op.NEG and arg.args[0].op is Op.SET for arg in rest):
        raise NoRealSet
    return _difference(node)


def _builder(node: Node) -> RealSet:
    head, condition = node.args
    name = head
    if head.op is Op.RELATION and head.signs == ("in",):
        name, space = head.args
        if space.op is not Op.SPACE or space.data != "R":
            raise NoRealSet
    found = real_set(condition)
    if name.op is not Op.NAME or found.variable not in ("", name.data):
        raise NoRealSet
    return RealSet(found.pieces)


def _condition(node: Node) -> RealSet:
    """Read `x > 3`, `1 < x \\le 3`, `x \\ne 2`, `x \\in (1, 2)`: a letter alone on its side."""
    signs, sides = node.signs, node.args
    if signs == ("in",) and sides[0].op is Op.NAME:
        return RealSet(real_set(sides[1]).pieces, sides[0].data)
    if len(sides) == 2:
        return _one_sided(sides[0], signs[0], sides[1])
    if len(sides) == 3 and sides[1].op is Op.NAME and all(sign in _FLIPPED for sign in signs):
        return _two_sided(sides, signs)
    raise NoRealSet


def _two_sided(sides: tuple[Node, ...], signs: tuple[str, ...]) -> RealSet:
    low, middle, high = sides
    if signs[0][0] != signs[1][0] or middle.data in low.names | high.names:
        raise NoRealSet
    if signs[0][0] == ">":
        low, high, signs = high, low, (signs[1], signs[0])
    return RealSet((_piece(low, high, "=" in signs[0], "=" in signs[1]),), middle.data)


def _one_sided(left: Node, sign: str, right: Node) -> RealSet:
    if left.op is not Op.NAME:
        left, sign, right = right, _FLIPPED.get(sign, sign), left
    if left.op is not Op.NAME or left.data in right.names:
        raise NoRealSet
    if sign == "!=":
        pieces = _outside(Piece(right, right, True, True))
    elif sign in ("<", "<="):
        pieces = [_piece(_MINUS_INFINITY, right, False, sign == "<=")]
    elif sign in (">", ">="):
        pieces = [_piece(right, INFINITY, sign == ">=", False)]
    elif sign == "=":
        pieces = [Piece(right, right, True, True)]
    else:
        raise NoRealSet
    return RealSet(tuple(pieces), left.data)


def _several(node: Node) -> RealSet:
    """Read conditions on one letter: joined by "or" they add up, else all must hold, where that leaves anything."""
    if not any(arg.op is Op.RELATION for arg in node.args):
        raise NoRealSet
    parts = [real_set(arg) for arg in node.args]
    names = {part.variable for part in parts} - {""}
    if len(names) != 1 or any(arg.op is Op.RELATION and set(arg.signs) == {"="} for arg in node.args):
        raise NoRealSet
    united = tuple(piece for part in parts for piece in part.pieces)
    if node.data != "or":
        common = _intersection(node).pieces
        united = common or united
    return RealSet(united, names.pop())


_RULES: dict[Op, Callable[[Node], RealSet]] = {
    Op.TUPLE: _interval,
    Op.SET: _points,
    Op.SPACE: _space,
    Op.UNION: _union,
    Op.INTERSECTION: _intersection,
    Op.DIFFERENCE: _difference,
    Op.ADD: _subtraction,
    Op.BUILDER: _builder,
    Op.RELATION: _condition,
    Op.LIST: _several,
}
