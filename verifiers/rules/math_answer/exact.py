"""Computes a constant exactly, as a fraction, where that is cheap; numbers beyond the bound stay symbolic."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from verifiers.rules.math_answer.reading.tree import Node, Op

MAX_BITS = 4_000_000
MAX_FRACTION_BITS = 60_000  # adding fractions needs their greatest common divisor, which is slow
MAX_FACTORIAL = 5_000
MAX_WRITTEN_EXPONENT = 50_000


class Inexact(Exception):
    """The node has no exact value that is cheap to compute."""


@lru_cache(maxsize=32)
def exact(node: Node) -> Fraction | None:
    """Return the rational value of `node`, or None where it has none or it is too large."""
    try:
        return _value(node)
    except (Inexact, ZeroDivisionError):
        return None


def _value(node: Node) -> Fraction:
    rule = _RULES.get(node.op)
    if rule is None:
        raise Inexact
    value = rule(node)
    limit = MAX_BITS if value.denominator == 1 else MAX_FRACTION_BITS
    if value.numerator.bit_length() > limit or value.denominator.bit_length() > limit:
        raise Inexact
    return value


def _values(node: Node) -> list[Fraction]:
    return [_value(arg) for arg in node.args]


def _product(node: Node) -> Fraction:
    result = Fraction(1)
    for value in _values(node):
        if result.numerator.bit_length() + value.numerator.bit_length() > MAX_BITS:
            raise Inexact
        result *= value
    return result


def _quotient(node: Node) -> Fraction:
    above, *below = _values(node)
    for value in below:
        above /= value
    return above


def _power(node: Node) -> Fraction:
    base, exponent = _values(node)
    if exponent.denominator != 1:
        return _rational_root(base, exponent)
    size = max(base.numerator.bit_length(), base.denominator.bit_length())
    if size > 1 and size * abs(exponent.numerator) > (MAX_BITS if base.denominator == 1 else MAX_FRACTION_BITS):
        raise Inexact
    return Fraction(base**exponent.numerator)


def _rational_root(base: Fraction, exponent: Fraction) -> Fraction:
    """Return the root where it is rational; only square roots, for the others are left to the numeric comparison."""
    if exponent != Fraction(1, 2) or base < 0 or max(base.numerator, base.denominator).bit_length() > MAX_FRACTION_BITS:
        raise Inexact
    above, below = math.isqrt(base.numerator), math.isqrt(base.denominator)
    if above * above != base.numerator or below * below != base.denominator:
        raise Inexact
    return Fraction(above, below)


def _factorial(node: Node) -> Fraction:
    (value,) = _values(node)
    if value.denominator != 1 or not 0 <= value <= MAX_FACTORIAL:
        raise Inexact
    return Fraction(math.factorial(int(value)))


def _modulo(node: Node) -> Fraction:
    modulus = _value(node.args[1])
    if modulus == 0:
        raise Inexact
    return _value(node.args[0]) % modulus


def _call(node: Node) -> Fraction:
    rule = _FUNCTIONS.get(node.data)
    if rule is None:
        raise Inexact
    return rule(_values(node))


def _whole(values: list[Fraction]) -> list[int]:
    if any(value.denominator != 1 for value in values):
        raise Inexact
    return [int(value) for value in values]


def _binomial(values: list[Fraction]) -> Fraction:
    upper, lower = _whole(values)
    if not 0 <= lower <= upper <= 4 * MAX_FACTORIAL:
        raise Inexact
    return Fraction(math.comb(upper, lower))


_FUNCTIONS: dict[str, Callable[[list[Fraction]], Fraction]] = {
    "abs": lambda values: abs(values[0]),
    "floor": lambda values: Fraction(math.floor(values[0])),
    "ceil": lambda values: Fraction(math.ceil(values[0])),
    "max": max,
    "min": min,
    "gcd": lambda values: Fraction(math.gcd(*_whole(values))),
    "lcm": lambda values: Fraction(math.lcm(*_whole(values))),
    "binom": _binomial,
}
_RULES: dict[Op, Callable[[Node], Fraction]] = {
    Op.NUMBER: lambda node: node.number,
    Op.BASED: lambda node: Fraction(int(node.data, int(node.number))),
    Op.NEG: lambda node: -_value(node.args[0]),
    Op.ADD: lambda node: sum(_values(node), Fraction(0)),
    Op.MUL: _product,
    Op.DIV: _quotient,
    Op.RATIO: _quotient,
    Op.POW: _power,
    Op.PERCENT: lambda node: _value(node.args[0]) / 100,
    Op.FACTORIAL: _factorial,
    Op.MODULO: _modulo,
    Op.CALL: _call,
}


def is_huge(node: Node) -> bool:
    """Say whether some constant in `node` is too large to be written out: other libraries would try."""
    return any(_is_huge(part) for part in node.walk())


def _is_huge(node: Node) -> bool:
    if node.op is Op.POW and not node.names:
        return _exceeds(node.args[1], MAX_WRITTEN_EXPONENT) and node.args[0].op is not Op.CONSTANT
    is_binomial = node.op is Op.CALL and node.data == "binom"
    return (node.op is Op.FACTORIAL or is_binomial) and not node.names and _exceeds(node.args[0], MAX_FACTORIAL)


def _exceeds(node: Node, most: int) -> bool:
    value = exact(node)
    if value is None:
        return node.has(Op.POW, Op.FACTORIAL)
    return abs(value) > most
