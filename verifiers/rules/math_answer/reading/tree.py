"""The tree that a formula is read into: small frozen nodes, equal when they are written the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Op(StrEnum):
    """What a node does with its arguments."""

    NUMBER = "number"  # `number` holds the value, `data` the digits as written
    NAME = "name"
    CONSTANT = "constant"  # pi, e, i, inf
    ADD = "add"
    MUL = "mul"
    DIV = "div"
    NEG = "neg"
    POW = "pow"
    PM = "pm"  # `data` is pm or mp; one argument
    CALL = "call"  # `data` is the function
    FACTORIAL = "factorial"
    PERCENT = "percent"
    DEGREE = "degree"
    BASED = "based"  # digits in `data`, base in `number`
    MODULO = "modulo"
    BIG = "big"  # an operator left to evaluate: sum, prod, int, lim, derivative
    UNIT = "unit"  # `data` is the unit or the words that follow a value
    RATIO = "ratio"
    LIST = "list"  # `data` is "and" or "or"
    TUPLE = "tuple"  # `data` is the two brackets
    SET = "set"
    BUILDER = "builder"
    UNION = "union"
    INTERSECTION = "intersection"
    DIFFERENCE = "difference"
    SPACE = "space"  # a set of numbers: `data` is R, Z, N, Q or C
    MATRIX = "matrix"  # `data` is the number of columns
    RELATION = "relation"  # `data` holds the signs, separated by spaces
    WORDS = "words"
    DOTS = "dots"  # terms or factors left out of a sum or a product


@dataclass(frozen=True, slots=True)
class Node:
    op: Op
    args: tuple[Node, ...] = ()
    data: str = ""
    number: Fraction = Fraction(0)

    def walk(self) -> Iterator[Node]:
        """Yield the node and all below it."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(node.args)

    def has(self, *ops: Op) -> bool:
        return any(node.op in ops for node in self.walk())

    @property
    def names(self) -> frozenset[str]:
        """The free letters: the index of a sum is none."""
        if self.op is Op.NAME:
            return frozenset((self.data,))
        inside = frozenset(name for arg in self.args for name in arg.names)
        if any(arg.op is Op.DOTS for arg in self.args):
            return frozenset(part for name in inside for part in _of_a_family(name))
        if self.op is Op.BIG and self.args[0].op is Op.RELATION:
            return inside - self.args[0].args[0].names
        return inside

    @property
    def signs(self) -> tuple[str, ...]:
        return tuple(self.data.split(" "))


def _of_a_family(name: str) -> list[str]:
    """Return a_* and k for a_{k-1}: beside dots an index counts."""
    base, _, index = name.partition("_")
    return [f"{base}_*", *filter(str.isalpha, index)] if index else [name]


class Unreadable(Exception):
    """The text is no formula that this reader knows; the message says where it stopped."""


def number(value: int | Fraction) -> Node:
    return Node(Op.NUMBER, (), str(value), Fraction(value))


def negative(node: Node) -> Node:
    return node.args[0] if node.op is Op.NEG else Node(Op.NEG, (node,))


def product(*factors: Node) -> Node:
    return factors[0] if len(factors) == 1 else Node(Op.MUL, factors)


PI = Node(Op.CONSTANT, (), "pi")
E = Node(Op.CONSTANT, (), "e")
I = Node(Op.CONSTANT, (), "i")  # noqa: E741 - the imaginary unit has no other name
INFINITY = Node(Op.CONSTANT, (), "inf")
EMPTY_SET = Node(Op.SET)
COLLECTIONS = (Op.LIST, Op.TUPLE, Op.SET)
REAL_SETS = (Op.UNION, Op.INTERSECTION, Op.DIFFERENCE, Op.BUILDER, Op.SPACE)
