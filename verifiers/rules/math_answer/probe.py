"""Decides whether two formulas are equal by computing both at seeded points, to many digits.

Terms that both sums have are left out first. Points that differ decide "different" at once. "Equal" needs agreement to
40 digits at several points of both signs, and to 200 digits at one more. Not guarded: two formulas that agree to 200
digits everywhere and yet differ.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, TypeAlias

import mpmath
from mpmath import mp, mpc, mpf

from verifiers.rules.math_answer.canonical import without_common_terms
from verifiers.rules.math_answer.exact import exact
from verifiers.rules.math_answer.numeric import Point, Undefined
from verifiers.rules.math_answer.progression import Uneven, index_letters
from verifiers.rules.math_answer.reading.tree import Node, Op

DIGITS = 50
CONFIRMING_DIGITS = 220
REAL_POINTS = 7
MAX_TRIES = 40
TINY_DIGITS = (120, 240, 480, 960, 1920, 3840)


Whole: TypeAlias = Mapping[str, range]  # letters that stand for whole numbers, and for which


class Undecided(Exception):
    """Neither equal nor different could be shown."""


def equal(gold: Node, answer: Node, integers: frozenset[str] = frozenset()) -> bool:
    """Say whether both formulas have the same value wherever the gold has one.

    `integers` names the letters that stand for whole numbers.

    Raises:
        Undecided: the gold could not be computed anywhere.
    """
    if gold == answer:
        return True
    if not answer.names <= gold.names:
        return False  # a letter that cancels is still one too many
    gold, answer = without_common_terms(gold, answer)
    names = sorted(gold.names | answer.names)
    if not names:
        left, right = exact(gold), exact(answer)
        if left is not None and right is not None:
            return left == right
    try:
        lengths = index_letters(gold) | index_letters(answer)
    except Uneven as error:
        raise Undecided(str(error)) from error
    bases = (None, 10) if _has_bare_log(gold) or _has_bare_log(answer) else (None,)
    whole = dict.fromkeys(integers, range(1, 13)) | dict.fromkeys(lengths, range(6, 15))
    return any(_equal_at_points(gold, answer, names, whole, base) for base in bases)


def _has_bare_log(node: Node) -> bool:
    return any(part.op is Op.CALL and part.data == "log" and len(part.args) == 1 for part in node.walk())


def _equal_at_points(gold: Node, answer: Node, names: list[str], whole: Whole, base: int | None) -> bool:
    dice = random.Random(0)
    agreed = complex_agreed = computed = 0
    for attempt in range(MAX_TRIES if names else 1):
        with mp.workdps(DIGITS):
            point = Point(_values(names, whole, dice, attempt), base)
            verdict = _compare_at(point, gold, answer)
        if verdict is None:
            continue
        same, is_real = verdict
        computed += 1
        if not same and is_real:
            return False
        agreed += is_real
        complex_agreed += same and not is_real
        if agreed >= REAL_POINTS or (agreed and not names):
            break
    if not computed:
        raise Undecided("the gold has no value that can be computed")
    if agreed < (2 if names else 1) and complex_agreed < computed:
        return False
    return _confirmed(point, gold, answer)


def _confirmed(point: Point, gold: Node, answer: Node) -> bool:
    with mp.workdps(CONFIRMING_DIGITS):
        values = {
            name: value if value == int(value.real) else value + mpf(1) / 7 for name, value in point.values.items()
        }
        verdict = _compare_at(Point(values, point.log_base), gold, answer)
    return verdict is None or verdict[0] or not verdict[1]


def _compare_at(point: Point, gold: Node, answer: Node) -> tuple[bool, bool] | None:
    """Return whether both agree here and whether the gold is real here; None where the gold has no value."""
    try:
        left = point.value(gold)
    except Undefined:
        return None
    is_real = not isinstance(left, mpc) or not point.values
    try:
        right = point.value(answer)
    except Undefined:
        return False, is_real
    if left != right and max(abs(left), abs(right)) < mpf(10) ** (10 - mp.dps):
        return _tiny_and_equal(point, gold, answer), is_real
    return close(left, right), is_real


def _tiny_and_equal(point: Point, gold: Node, answer: Node) -> bool:
    """Compare values beside zero with ever more digits: rounding shrinks with each, 1/301! stays what it is."""
    size = mpf(1)
    for digits in TINY_DIGITS:
        with mp.workdps(digits):
            left, right = point.value(gold), point.value(answer)
            before, size = size, max(abs(left), abs(right))
            if size == 0:
                return True
            if size > before * mpf(10) ** -10:
                return bool(abs(left - right) <= size * mpf(10) ** -30)
    return True


def close(left: Any, right: Any) -> bool:
    """Say whether two computed values agree but for rounding at the working precision."""
    if left == right:
        return True
    if mpmath.isinf(left) or mpmath.isinf(right):
        return False
    tolerance = mpf(10) ** (10 - max(mp.dps, DIGITS))  # all values are computed to DIGITS or more
    return bool(abs(left - right) <= tolerance * max(abs(left), abs(right)) or max(abs(left), abs(right)) < tolerance)


def _values(names: list[str], whole: Whole, dice: random.Random, attempt: int) -> dict[str, Any]:
    return {name: mpf(dice.choice(whole[name])) if name in whole else _real(dice, attempt) for name in names}


def _real(dice: random.Random, attempt: int) -> Any:
    """Return a number of the usual size first, then of either sign, then small and large ones."""
    size = (3, 3, 2, 1, 1, 10, 100)[attempt % 7]
    value = mpf(dice.randint(10**15, 10**16)) / 10**16 * size
    return -value if attempt % 3 == 2 or (attempt > 6 and dice.random() < 0.5) else value


def compute(node: Node, digits: int = DIGITS) -> Any:
    """Return the value of a constant.

    Raises:
        Undefined: it has letters, or no value.
    """
    with mp.workdps(digits):
        return Point({}).value(node)


def compute_real(node: Node) -> Any:
    """Return the value of a real constant.

    Raises:
        Undefined: it has letters, no value, or a complex one.
    """
    value = compute(node)
    if isinstance(value, mpc):
        raise Undefined("a complex value")
    return value
