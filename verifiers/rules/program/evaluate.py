"""Computes what an assertion says about values: a small interpreter over Python's syntax tree that never runs code.

It knows literals, operators, comparisons, and the functions listed here, each bounded in what it may build, for the
values come from a hostile program. Whatever else stands in an expression raises NotPlain, which means "cannot be judged
so", while an ordinary exception means what it means in Python: the assertion does not hold.
"""

from __future__ import annotations

import ast
import collections
import datetime
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from sandbox.plain import MAX_EXPONENT, few_same_hash

MAX_ITEMS = 10**6
MAX_BITS = 10**6
MAX_DIGITS_ROUNDED = 400

# What a comparison, a sort or a constructor raises where the value is not what the assertion takes it for.
NOT_HELD = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, MemoryError, RecursionError)


class NotPlain(Exception):
    """The expression holds something that this interpreter does not know; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Stands in the tree, as the value of a Constant, for what the call of this number returned."""

    index: int


Equal: TypeAlias = Callable[[Any, Any], bool]


def _refuse_large(items: Any) -> None:
    if isinstance(items, range) and len(items) > MAX_ITEMS:
        raise ValueError("the range is too long")


def _hashed(build: Callable[[list[Any]], Any]) -> Callable[..., Any]:
    return lambda items=(): build(few_same_hash(list(items)))


def _dict(items: Any = (), **named: Any) -> dict[Any, Any]:
    pairs = list(items.items() if isinstance(items, dict) else items)
    few_same_hash([key for key, _ in pairs])
    return {**dict(pairs), **named}


def _counter(items: Any = (), **named: Any) -> Any:
    counted = items if isinstance(items, dict) else few_same_hash(list(items))
    return collections.Counter(counted, **named)


def _defaultdict(_factory: Any = None, items: Any = ()) -> Any:
    return collections.defaultdict(None, _dict(items))


def _ordered(items: Any = ()) -> Any:
    return collections.OrderedDict(_dict(items))


def _bytes(kind: type) -> Callable[..., Any]:
    def build(source: Any = b"", *encoding: str) -> Any:
        if isinstance(source, int):
            raise NotPlain("bytes of a length")
        return kind(source, *encoding)

    return build


def _decimal(value: Any = 0) -> Decimal:
    number = Decimal(value)
    if number.is_finite() and abs(number.adjusted()) > MAX_EXPONENT:
        raise ValueError("the exponent is too large")
    return number


def _fraction(numerator: Any = 0, denominator: Any = None) -> Fraction:
    if isinstance(numerator, str) and "e" in numerator.lower():
        raise NotPlain("a Fraction with an exponent")
    return Fraction(numerator, denominator)


def _round(value: Any, digits: Any = None) -> Any:
    if digits is not None and abs(digits) > MAX_DIGITS_ROUNDED:
        raise ValueError("rounded to too many digits")
    return round(value) if digits is None else round(value, digits)


def power(base: Any, exponent: Any, modulus: Any = None) -> Any:
    """Return base ** exponent for plain numbers, unless the result would be huge."""
    if modulus is not None:
        return pow(base, exponent, modulus)
    if not isinstance(base, int | float) or not isinstance(exponent, int | float):
        raise NotPlain("a power of other than int and float")
    if isinstance(base, int) and isinstance(exponent, int) and base.bit_length() * abs(exponent) > MAX_BITS:
        raise ValueError("the power is too large")
    return base**exponent


def _times(left: Any, right: Any) -> Any:
    for items, count in ((left, right), (right, left)):
        if isinstance(items, Sequence) and isinstance(count, int) and len(items) * count > MAX_ITEMS:
            raise ValueError("the repetition is too long")
    return left * right


def _shifted_left(left: Any, right: Any) -> Any:
    if isinstance(right, int) and right > MAX_BITS:
        raise ValueError("the shift is too far")
    return left << right


def _modulo(left: Any, right: Any) -> Any:
    if isinstance(left, str | bytes | bytearray):
        raise NotPlain("% on text")
    return left % right


# Constructors that `isinstance` and `type` may name too are kept apart from what they build with.
TYPES: dict[str, Any] = {
    "int": int, "float": float, "bool": bool, "complex": complex, "str": str, "bytes": bytes, "bytearray": bytearray,
    "list": list, "tuple": tuple, "dict": dict, "set": set, "frozenset": frozenset,
    "Counter": collections.Counter, "OrderedDict": collections.OrderedDict, "defaultdict": collections.defaultdict,
    "deque": collections.deque, "Decimal": Decimal, "Fraction": Fraction,
    "date": datetime.date, "datetime": datetime.datetime, "timedelta": datetime.timedelta, "time": datetime.time,
}  # fmt: skip
_BUILD: dict[Any, Callable[..., Any]] = {
    set: _hashed(set), frozenset: _hashed(frozenset), dict: _dict, collections.Counter: _counter,
    collections.defaultdict: _defaultdict, collections.OrderedDict: _ordered, bytes: _bytes(bytes),
    bytearray: _bytes(bytearray), Decimal: _decimal, Fraction: _fraction,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "all": all, "any": any, "bin": bin, "chr": chr, "divmod": divmod, "hex": hex, "isinstance": isinstance,
    "len": len, "max": max, "min": min, "oct": oct, "ord": ord, "pow": power, "range": range, "repr": repr,
    "round": _round, "sorted": sorted, "sum": sum, "type": type,
    "enumerate": lambda items, start=0: list(enumerate(items, start)),
    "reversed": lambda items: list(reversed(items)),
    "zip": lambda *many: list(zip(*many)),  # noqa: B905  # as in the assertion, where shorter ones cut
}  # fmt: skip
_MATH = (
    "ceil", "copysign", "cos", "degrees", "exp", "fabs", "floor", "fsum", "gcd", "hypot", "isclose", "isfinite",
    "isinf", "isnan", "isqrt", "log", "log10", "log2", "radians", "sin", "sqrt", "tan", "trunc",
)  # fmt: skip
_MODULE_NAMES: dict[str, dict[str, Any]] = {
    "math": {name: getattr(math, name) for name in (*_MATH, "pi", "e", "tau", "inf", "nan")},
    "collections": {name: TYPES[name] for name in ("Counter", "OrderedDict", "defaultdict", "deque")},
    "datetime": {name: TYPES[name] for name in ("date", "datetime", "timedelta", "time")},
    "decimal": {"Decimal": Decimal},
    "fractions": {"Fraction": Fraction},
}
MODULES = frozenset(_MODULE_NAMES)
KNOWN: dict[str, Any] = {**TYPES, **FUNCTIONS, "inf": math.inf, "nan": math.nan, "isclose": math.isclose}

# Functions that use up what they are given: a generator returned by the program can be sent as its items.
DRAINING = frozenset(
    {
        "list",
        "tuple",
        "set",
        "frozenset",
        "sorted",
        "sum",
        "min",
        "max",
        "any",
        "all",
        "dict",
        "Counter",
        "deque",
        "zip",
    }
    | {"enumerate"}
)

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: _times, ast.Div: operator.truediv, ast.Pow: power,
    ast.FloorDiv: operator.floordiv, ast.Mod: _modulo, ast.LShift: _shifted_left, ast.RShift: operator.rshift,
    ast.BitOr: operator.or_, ast.BitAnd: operator.and_, ast.BitXor: operator.xor,
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert, ast.Not: operator.not_,
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may refer to: what the calls returned, names that were assigned, and what `==` means."""

    returned: Sequence[Any] = ()
    names: Mapping[str, Any] = field(default_factory=dict)
    equal: Equal = operator.eq


def evaluate(node: ast.expr, scope: Scope) -> Any:
    """Return the value of an expression.

    Raises:
        NotPlain: it holds something unknown here.
        TypeError, ValueError and the rest of NOT_HELD: as Python would.
    """
    step = _STEPS.get(type(node))
    if step is None:
        raise not_plain(node)
    return step(node, scope)


def not_plain(node: ast.AST) -> NotPlain:
    return NotPlain(ast.unparse(node)[:100])


def _constant(node: ast.Constant, scope: Scope) -> Any:
    return scope.returned[node.value.index] if isinstance(node.value, Slot) else node.value


def _name(node: ast.Name, scope: Scope) -> Any:
    if node.id in scope.names:
        return scope.names[node.id]
    if node.id not in KNOWN:
        raise not_plain(node)
    return KNOWN[node.id]


def _attribute(node: ast.Attribute, _scope: Scope) -> Any:
    names = _MODULE_NAMES.get(node.value.id, {}) if isinstance(node.value, ast.Name) else {}
    if node.attr not in names:
        raise not_plain(node)
    return names[node.attr]


def _all(nodes: Sequence[ast.expr], scope: Scope) -> list[Any]:
    return [evaluate(node, scope) for node in nodes]


def _dict_display(node: ast.Dict, scope: Scope) -> dict[Any, Any]:
    if None in node.keys:
        raise not_plain(node)
    keys = _all([key for key in node.keys if key is not None], scope)
    return dict(zip(few_same_hash(keys), _all(node.values, scope), strict=True))


def _binary(node: ast.BinOp, scope: Scope) -> Any:
    apply = _BINARY.get(type(node.op))
    if apply is None:
        raise not_plain(node)
    return apply(evaluate(node.left, scope), evaluate(node.right, scope))


def _unary(node: ast.UnaryOp, scope: Scope) -> Any:
    return _UNARY[type(node.op)](evaluate(node.operand, scope))


def _bool_op(node: ast.BoolOp, scope: Scope) -> Any:
    stops_at = isinstance(node.op, ast.Or)
    value = None
    for operand in node.values:
        value = evaluate(operand, scope)
        if bool(value) is stops_at:
            break
    return value


def _compare(node: ast.Compare, scope: Scope) -> bool:
    left = evaluate(node.left, scope)
    for sign, operand in zip(node.ops, node.comparators, strict=True):
        right = evaluate(operand, scope)
        if not _holds(sign, left, right, scope):
            return False
        left = right
    return True


def _holds(sign: ast.cmpop, left: Any, right: Any, scope: Scope) -> bool:
    if isinstance(sign, ast.Eq | ast.NotEq):
        return bool(scope.equal(left, right)) is isinstance(sign, ast.Eq)
    return bool(_COMPARE[type(sign)](left, right))


def _subscript(node: ast.Subscript, scope: Scope) -> Any:
    value = evaluate(node.value, scope)
    if isinstance(value, type):
        raise not_plain(node)
    return value[evaluate(node.slice, scope)]


def _slice(node: ast.Slice, scope: Scope) -> slice:
    return slice(*(None if part is None else evaluate(part, scope) for part in (node.lower, node.upper, node.step)))


def _call(node: ast.Call, scope: Scope) -> Any:
    function = evaluate(node.func, scope)
    if not callable(function) or any(keyword.arg is None for keyword in node.keywords):
        raise not_plain(node)
    args = _all(node.args, scope)
    for arg in args:
        _refuse_large(arg)
    named = {str(keyword.arg): evaluate(keyword.value, scope) for keyword in node.keywords}
    return _BUILD.get(function, function)(*args, **named)


_STEPS: dict[type[ast.expr], Callable[[Any, Scope], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Tuple: lambda node, scope: tuple(_all(node.elts, scope)),
    ast.List: lambda node, scope: _all(node.elts, scope),
    ast.Set: lambda node, scope: set(few_same_hash(_all(node.elts, scope))),
    ast.Dict: _dict_display,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _bool_op,
    ast.Compare: _compare,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
}


def refuse_unknown(node: ast.expr) -> None:
    """Raise NotPlain now for what would raise it later, when the calls have been made."""
    for part in ast.walk(node):
        if isinstance(part, ast.expr) and type(part) not in _STEPS:
            raise not_plain(part)
        if isinstance(part, ast.Attribute):
            _attribute(part, Scope())
        if isinstance(part, ast.Name) and part.id not in KNOWN and part.id not in MODULES:
            raise not_plain(part)
        if isinstance(part, ast.Compare):
            _refuse_identity(part)


def _refuse_identity(node: ast.Compare) -> None:
    """Which equal numbers and strings are one object is no property of the values that cross."""
    sides = (node.left, *node.comparators)
    for sign, left, right in zip(node.ops, sides, sides[1:], strict=False):
        if isinstance(sign, ast.Is | ast.IsNot) and not (_is_singleton(left) or _is_singleton(right)):
            raise not_plain(node)


def _is_singleton(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))
