"""Compares values: constants and expressions, with or without a unit, a percent sign or a degree sign."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
from mpmath import mpf

from verifiers.rules.math_answer.exact import exact
from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kinds.frame import Frame
from verifiers.rules.math_answer.numeric import Undefined
from verifiers.rules.math_answer.probe import compute, equal
from verifiers.rules.math_answer.reading.tree import Node, Op, product
from verifiers.rules.math_answer.tolerance import MIN_SIGNIFICANT_DIGITS, rounds_to, within
from verifiers.rules.math_answer.units import SYMBOLS, Unit, unit


@dataclass(frozen=True, slots=True)
class Quantity:
    value: Node
    unit: Unit | None = None


def compare_quantities(gold: Node, answer: Node, frame: Frame) -> Judgement:
    left, right = quantity(gold), quantity(_letters_as_unit(answer, frame))
    if right.unit and not left.unit:
        left = quantity(_matching_unit(gold, right.unit)) or left
    if left.unit and right.unit:
        return _compare_measured(left, left.unit, right, right.unit, frame)
    if (frame.policy.is_strict or frame.policy.strict_units) and (left.unit or right.unit):
        return Judgement(False, "one has a unit, the other none")
    return _compare_values(left.value, right.value, frame)


def _compare_measured(left: Quantity, left_unit: Unit, right: Quantity, right_unit: Unit, frame: Frame) -> Judgement:
    if not left_unit.fits(right_unit):
        return Judgement(False, "different units")
    if left_unit.factor == right_unit.factor or not (left_unit.is_known and right_unit.is_known):
        return _compare_values(left.value, right.value, frame)
    scale = right_unit.factor / left_unit.factor
    scaled = product(right.value, Node(Op.NUMBER, (), str(scale), scale))
    judgement = _compare_values(left.value, scaled, frame)
    return Judgement(True, "equal after conversion of the unit") if judgement.is_equal else judgement


def _compare_values(gold: Node, answer: Node, frame: Frame) -> Judgement:
    for read_gold, read_answer in _forgiven(gold, answer, frame):
        if _equal_values(read_gold, read_answer, frame):
            return Judgement(True, "equal values")
    return Judgement(False, "different values")


def _forgiven(gold: Node, answer: Node, frame: Frame) -> list[tuple[Node, Node]]:
    """Return the pairs of which one must be equal: as written, and where policy forgives a sign, without it."""
    pairs = [(gold, answer)]
    policy = frame.policy
    if policy.is_strict:
        return pairs
    if gold.op is Op.PERCENT and not answer.has(Op.PERCENT) and policy.percent != "strict":
        pairs.append((gold.args[0], answer))
    if answer.op is Op.PERCENT and not gold.has(Op.PERCENT) and (policy.percent == "either" or frame.gives_percent):
        pairs.append((gold, answer.args[0]))
    if gold.op is Op.DEGREE and _is_bare(answer):
        pairs.append((gold.args[0], answer))
    if answer.op is Op.DEGREE and _is_bare(gold):
        pairs.append((gold, answer.args[0]))
    return pairs


def _is_bare(node: Node) -> bool:
    """Say whether a number may stand for degrees: it has neither a degree sign nor pi."""
    return not node.has(Op.DEGREE) and not any(
        part.data in ("pi", "rad") for part in node.walk() if part.op in (Op.CONSTANT, Op.CALL)
    )


def _equal_values(gold: Node, answer: Node, frame: Frame) -> bool:
    if not gold.names and answer.names:
        return False  # an answer in letters is not the number yet, even where the letters cancel
    if equal(gold, answer, frame.integers):
        return True
    if gold.names or answer.names or frame.policy.tolerance == "exact":
        return False
    return _within_tolerance(gold, answer, frame)


def _within_tolerance(gold: Node, answer: Node, frame: Frame) -> bool:
    target, value = exact(gold), exact(answer)
    if isinstance(frame.policy.tolerance, int | float):
        return _relative(gold, answer, frame.policy.tolerance)
    places, digits = decimal_places(gold)
    if target is None or places is None:
        return False
    if value is not None:
        return within(target, value, places, digits, frame.policy.tolerance)
    if frame.policy.tolerance == "closed_form" and (digits < MIN_SIGNIFICANT_DIGITS or _has_decimal(answer)):
        return False
    try:
        computed = compute(answer)
    except Undefined:
        return False
    return rounds_to(target, _as_fraction(computed), places, may_cut=frame.policy.tolerance == "closed_form")


def _as_fraction(computed: Any) -> Fraction:
    """Return a computed number to 40 decimals; one that is not real is far from all."""
    if mpmath.im(computed) != 0 or mpmath.isinf(computed):
        return Fraction(10**40)
    return Fraction(int(mpmath.nint(computed * 10**40)), 10**40)


def _relative(gold: Node, answer: Node, tolerance: float) -> bool:
    try:
        left, right = compute(gold), compute(answer)
    except Undefined:
        return False
    return bool(abs(left - right) <= mpf(tolerance) * abs(left))


def _has_decimal(node: Node) -> bool:
    return any(part.op is Op.NUMBER and "." in part.data for part in node.walk())


def decimal_places(node: Node) -> tuple[int | None, int]:
    """Return how many decimals a decimal is written with, and its significant digits; None where it is none."""
    if node.op is Op.NEG:
        return decimal_places(node.args[0])
    if node.op is Op.PERCENT:
        places, digits = decimal_places(node.args[0])
        return (None if places is None else places + 2), digits
    if node.op is not Op.NUMBER or "." not in node.data:
        return None, 0
    return len(node.data.partition(".")[2]), len(node.data.replace(".", "").lstrip("0"))


def quantity(node: Node) -> Quantity:
    """Split a value from its unit."""
    if node.op is Op.UNIT:
        inner = quantity(node.args[0])
        return Quantity(inner.value, unit(f"{node.data}") or inner.unit)
    if node.op is Op.NEG and node.args[0].has(Op.UNIT):
        inner = quantity(node.args[0])
        return Quantity(Node(Op.NEG, (inner.value,)), inner.unit)
    if node.op in (Op.MUL, Op.DIV) and node.args[0].has(Op.UNIT):
        inner = quantity(node.args[0])
        return Quantity(Node(node.op, (inner.value, *node.args[1:])), inner.unit)
    if node.op in (Op.ADD, Op.LIST) and all(arg.op is Op.UNIT or arg.op is Op.ADD for arg in node.args):
        return _summed(node)
    return Quantity(node)


def _summed(node: Node) -> Quantity:
    """Add up `2 hours 30 minutes` in the unit of the first part."""
    parts = [quantity(arg) for arg in node.args]
    first = parts[0].unit
    if first is None or not all(part.unit and part.unit.dimensions == first.dimensions for part in parts):
        return Quantity(node)
    scales = [part.unit.factor / first.factor for part in parts if part.unit]
    terms = (product(part.value, Node(Op.NUMBER, (), "", scale)) for part, scale in zip(parts, scales, strict=True))
    return Quantity(Node(Op.ADD, tuple(terms)), first)


def _letters_as_unit(node: Node, frame: Frame) -> Node:
    """Read `5m` as five metres where m is no variable of the gold or the problem."""
    letters = node.names
    if node.op not in (Op.MUL, Op.DIV) or letters & frame.variables or not letters <= SYMBOLS:
        return node
    return _split_letters(node) or node


def _split_letters(node: Node) -> Node | None:
    """Turn a number times letters into a number with a unit: 5 m/s, 3 m^2."""
    first, *rest = node.args
    inner = first if first.op is Op.NUMBER else _split_letters(first) if first.op in (Op.MUL, Op.DIV) else None
    words = [_unit_word(part) for part in rest]
    if inner is None or not all(words):
        return None
    text = (" / " if node.op is Op.DIV else " ").join(word for word in words if word)
    text = "/ " + text if node.op is Op.DIV else text
    if inner.op is Op.UNIT:
        return Node(Op.UNIT, inner.args, f"{inner.data} {text}")
    return Node(Op.UNIT, (inner,), text)


def _unit_word(node: Node) -> str:
    if node.op in (Op.NAME, Op.WORDS):
        return node.data
    if node.op in (Op.DIV, Op.MUL):
        words = [_unit_word(part) for part in node.args]
        return (" / " if node.op is Op.DIV else " ").join(words) if all(words) and len(words) == 2 else ""
    if node.op is Op.POW and node.args[0].op is Op.NAME and node.args[1].op is Op.NUMBER:
        return f"{node.args[0].data} ^{node.args[1].data}"
    return ""


def _matching_unit(gold: Node, other: Unit) -> Node:
    """Read a gold of `5 m` as metres where the answer says so in words."""
    split = _split_letters(gold) if gold.op in (Op.MUL, Op.DIV) else None
    found = unit(split.data) if split else None
    return split if split and found and found.fits(other) else gold
