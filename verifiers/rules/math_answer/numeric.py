"""Computes a formula at a point, to as many digits as asked; what is too large or has no value there is Undefined."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import mpmath
from mpmath import mp, mpf

from verifiers.rules.math_answer.progression import written_out
from verifiers.rules.math_answer.reading.tree import Node, Op

MAX_LOG = 10_000_000  # natural logarithm of the largest number computed
MAX_TERMS = 2_000


class Undefined(Exception):
    """The formula has no value at this point, or none that can be computed within bounds."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where to compute: values of the letters, and the base of a logarithm that is written without one."""

    values: Mapping[str, Any]
    log_base: int | None = None  # None is e

    def value(self, node: Node) -> Any:
        """Return the value of `node` here, real or complex, at mpmath's working precision.

        Raises:
            Undefined: there is none.
        """
        rule = _RULES.get(node.op)
        if rule is None:
            raise Undefined(f"{node.op} has no value")
        try:
            return _real(rule(self, node))
        except (ArithmeticError, ValueError, TypeError, mpmath.libmp.NoConvergence) as error:
            raise Undefined(str(error)) from error

    def all(self, node: Node) -> list[Any]:
        return [self.value(arg) for arg in node.args]


def _real(value: Any) -> Any:
    """Drop an imaginary part that is only rounding, so that real functions stay real."""
    if isinstance(value, mpmath.mpc):
        if value.imag == 0 or abs(value.imag) < abs(value.real) * mpf(10) ** (5 - mp.dps):
            return value.real
    elif mpmath.isnan(value):
        raise Undefined("not a number")
    return value


def _number(_: Point, node: Node) -> Any:
    return mpf(node.number.numerator) / node.number.denominator


def _name(point: Point, node: Node) -> Any:
    value = point.values.get(node.data)
    if value is None and f"{node.data.partition('_')[0]}_*" in point.values:  # one of a_1, ..., a_n
        return _unknown(node.data, [])
    if value is None:
        raise Undefined(f"{node.data} has no value")
    return value


def _constant(_: Point, node: Node) -> Any:
    return {"pi": +mp.pi, "e": +mp.e, "i": mpmath.mpc(0, 1), "inf": mp.inf}[node.data]


def _product(point: Point, node: Node) -> Any:
    result = mpf(1)
    for value in point.all(written_out(node, point.value)):
        result *= value
    return result


def _quotient(point: Point, node: Node) -> Any:
    result, *below = point.all(node)
    for value in below:
        result /= value
    return result


def _power(point: Point, node: Node) -> Any:
    base, exponent = point.all(node)
    if base == 0:
        return mpf(0) if mpmath.re(exponent) > 0 else mpf(1) / exponent if exponent else mpf(1)
    if abs(exponent) * (abs(mpmath.log(abs(base))) + 4) > MAX_LOG:
        raise Undefined("a power too large to compute")
    if _is_real_negative(base) and _is_odd_root(node.args[1]):
        numerator, denominator = _ratio(node.args[1])
        root = -mpmath.root(-base, denominator)
        return root**numerator
    return mpmath.power(base, exponent)


def _is_real_negative(value: Any) -> bool:
    return not isinstance(value, mpmath.mpc) and bool(value < 0)


def _ratio(exponent: Node) -> tuple[int, int]:
    """Return p and q of an exponent written p/q with whole numbers, else 0 and 1."""
    sign, node = (-1, exponent.args[0]) if exponent.op is Op.NEG else (1, exponent)
    if (
        node.op is not Op.DIV
        or len(node.args) != 2
        or any(arg.op is not Op.NUMBER or arg.number.denominator != 1 for arg in node.args)
    ):
        return 0, 1
    return sign * int(node.args[0].number), int(node.args[1].number)


def _is_odd_root(exponent: Node) -> bool:
    numerator, denominator = _ratio(exponent)
    return numerator != 0 and 1 < denominator < 10_000 and denominator % 2 == 1


def _factorial(point: Point, node: Node) -> Any:
    (value,) = point.all(node)
    if abs(value) > MAX_LOG or mpmath.im(value) != 0:
        raise Undefined("a factorial too large to compute")
    return mpmath.factorial(value)


def _binomial(values: list[Any]) -> Any:
    if max(abs(value) for value in values) > MAX_LOG:
        raise Undefined("a binomial too large to compute")
    return mpmath.binomial(*values)


def _modulo(point: Point, node: Node) -> Any:
    value, modulus = point.all(node)
    return mpmath.fmod(value, modulus)


def _big(point: Point, node: Node) -> Any:
    """Compute a finite sum or product over whole numbers; integrals and limits have no value here."""
    if node.data not in ("sum", "prod") or len(node.args) != 3 or node.args[0].op is not Op.RELATION:
        raise Undefined(f"{node.data} is not computed")
    (name, first), last = node.args[0].args[:2], node.args[1]
    start, stop = point.value(first), point.value(last)
    if start != int(start) or stop != int(stop) or stop - start > MAX_TERMS:
        raise Undefined("a sum without whole bounds, or with too many terms")
    result = mpf(0 if node.data == "sum" else 1)
    for index in range(int(start), int(stop) + 1):
        term = Point({**point.values, name.data: mpf(index)}, point.log_base).value(node.args[2])
        result = result + term if node.data == "sum" else result * term
    return result


def _call(point: Point, node: Node) -> Any:
    values = point.all(node)
    if node.data == "log":
        base = values[1] if len(values) > 1 else point.log_base
        return mpmath.log(values[0]) if base is None else mpmath.log(values[0], base)
    if node.data.startswith("?"):
        return _unknown(node.data, values)
    rule = _FUNCTIONS.get(node.data)
    if rule is None or any(abs(value) > MAX_LOG for value in values if node.data not in ("abs", "ln", "max", "min")):
        raise Undefined(f"{node.data} is not computed")
    return rule(values)


def _unknown(name: str, values: list[Any]) -> Any:
    """Return a value for a function that nothing defines: the same for the same arguments, and unlike any other's."""
    phase = mpf(zlib.crc32(name.encode())) / 7
    for position, value in enumerate(values):
        phase += value * mpmath.sqrt(position + 2)
    return mpf(2) + mpmath.sin(phase)


def _unary(name: str) -> Callable[[list[Any]], Any]:
    function = getattr(mpmath, name)
    return lambda values: function(values[0])


_CIRCULAR = ("sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh")
_FUNCTIONS: dict[str, Callable[[list[Any]], Any]] = {
    **{name: _unary(name) for name in (*_CIRCULAR, "coth", "exp", "ln", "arg", "floor", "ceil")},
    **{"arc" + name: _unary("a" + name) for name in _CIRCULAR},
    "abs": lambda values: abs(values[0]),
    "rad": lambda values: values[0],
    "lg": lambda values: mpmath.log10(values[0]),
    "sgn": lambda values: mpmath.sign(values[0]),
    "max": lambda values: max(values),
    "min": lambda values: min(values),
    "binom": _binomial,
}
_RULES: dict[Op, Callable[[Point, Node], Any]] = {
    Op.NUMBER: _number,
    Op.NAME: _name,
    Op.CONSTANT: _constant,
    Op.BASED: lambda _, node: mpf(int(node.data, int(node.number))),
    Op.ADD: lambda point, node: sum(point.all(written_out(node, point.value)), mpf(0)),
    Op.MUL: _product,
    Op.DIV: _quotient,
    Op.RATIO: _quotient,
    Op.NEG: lambda point, node: -point.value(node.args[0]),
    Op.POW: _power,
    Op.PERCENT: lambda point, node: point.value(node.args[0]) / 100,
    Op.DEGREE: lambda point, node: point.value(node.args[0]) * mp.pi / 180,
    Op.FACTORIAL: _factorial,
    Op.MODULO: _modulo,
    Op.CALL: _call,
    Op.BIG: _big,
}
