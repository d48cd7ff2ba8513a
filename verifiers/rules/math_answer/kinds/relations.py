"""Compares equations and inequalities that stand for themselves: a line, a curve, an order of values."""

from __future__ import annotations

import random
from typing import Any

from mpmath import findroot, mp, mpf

from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kinds.frame import Frame
from verifiers.rules.math_answer.numeric import Point, Undefined
from verifiers.rules.math_answer.probe import DIGITS, Undecided, close, equal
from verifiers.rules.math_answer.reading.tree import Node, Op, negative, number

_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}
POINTS = 6
TRIES = 30


def compare_equations(gold: Node, answer: Node) -> Judgement:
    """Compare two equations: equal up to a factor that is a number other than 0, or solved for one letter."""
    if len(gold.args) != 2 or len(answer.args) != 2:
        return Judgement(False, "a chain of equations is not the equation")
    if gold.names != answer.names:
        return Judgement(False, "an equation in other letters")
    if _proportional(_difference(gold), _difference(answer)) or _solves(gold, answer):
        return Judgement(True, "equivalent equations")
    return Judgement(False, "different equations")


def solved_for_the_rest(gold: Node, answer: Node) -> bool:
    """Say whether the expression `answer` is what `gold` gives for the one letter that the answer leaves out."""
    missing = gold.names - answer.names
    if len(gold.args) != 2 or len(missing) != 1 or not answer.names or not answer.names < gold.names:
        return False
    return _holds_identically(gold, next(iter(missing)), answer)


def compare_orders(gold: Node, answer: Node, frame: Frame) -> Judgement:
    """Compare chains such as `a < b <= c`, read from either end."""
    for sides, signs in ((answer.args, answer.signs), _turned(answer)):
        if signs == gold.signs and all(_same(a, b, frame) for a, b in zip(gold.args, sides, strict=True)):
            return Judgement(True, "the same chain of relations")
    if len(gold.args) == len(answer.args) == 2 and _same_inequality(gold, answer, frame):
        return Judgement(True, "equivalent inequalities")
    return Judgement(False, "different relations")


def _turned(node: Node) -> tuple[tuple[Node, ...], tuple[str, ...]]:
    return node.args[::-1], tuple(_FLIPPED.get(sign, sign) for sign in reversed(node.signs))


def _same(left: Node, right: Node, frame: Frame) -> bool:
    if left.op is Op.WORDS or right.op is Op.WORDS:
        return left == right
    try:
        return equal(left, right, frame.integers)
    except Undecided:
        return False


def _same_inequality(gold: Node, answer: Node, frame: Frame) -> bool:
    difference = _difference(answer)
    if answer.signs == gold.signs:
        return _same(_difference(gold), difference, frame)
    return _turned(answer)[1] == gold.signs and _same(_difference(gold), negative(difference), frame)


def _difference(node: Node) -> Node:
    return Node(Op.ADD, (node.args[0], negative(node.args[1])))


def _points(names: frozenset[str]) -> list[Point]:
    dice = random.Random(1)
    return [
        Point({name: mpf(dice.randint(-(10**12), 10**12)) / 10**12 * (2 + attempt % 5) for name in sorted(names)})
        for attempt in range(TRIES)
    ]


def _proportional(gold: Node, answer: Node) -> bool:
    ratio: Any = None
    agreed = 0
    with mp.workdps(DIGITS):
        for point in _points(gold.names):
            try:
                left, right = point.value(gold), point.value(answer)
                quotient = right / left
            except (Undefined, ZeroDivisionError):
                continue
            if quotient == 0 or (ratio is not None and not close(quotient, ratio)):
                return False
            ratio, agreed = quotient, agreed + 1
            if agreed == POINTS:
                return True
    return False


def _solves(gold: Node, answer: Node) -> bool:
    """Say whether one equation is the other one solved for a letter in which that one is linear."""
    for equation, solution in ((gold, answer), (answer, gold)):
        letter, value = solution.args
        if letter.op is Op.NAME and letter.data not in value.names and _holds_identically(equation, letter.data, value):
            return True
    return False


def _holds_identically(equation: Node, letter: str, value: Node) -> bool:
    """Say whether `equation` is linear in `letter` and holds wherever the letter has the value given."""
    difference = _difference(equation)
    zero = number(0)
    if not _is_linear(difference, letter):
        return False
    try:
        return equal(zero_like(difference, letter, value), zero) and not _has_other_solutions(difference, letter)
    except Undecided:
        return False


def _has_other_solutions(difference: Node, letter: str) -> bool:
    """Say whether the equation holds for any value of the letter somewhere: `(y - 2x)x = 0` does where x is 0."""
    at_one, at_zero = (zero_like(difference, letter, number(value)) for value in (1, 0))
    slope = Node(Op.ADD, (at_one, negative(at_zero)))
    with mp.workdps(DIGITS):
        point = _points(difference.names | slope.names)[0]
        return any(
            _vanishes(difference, Point({**point.values, name: root}))
            for name in sorted(slope.names)
            for root in _roots(slope, name, point)
        )


def _roots(node: Node, name: str, point: Point) -> list[Any]:
    found = []
    for start in (-3, -1, 0, 1, 3):
        try:
            root = findroot(lambda x: Point({**point.values, name: x}).value(node), mpf(start) + mpf(1) / 7)
        except (Undefined, ArithmeticError, ValueError, TypeError):
            continue
        found.append(root)
    return found


def _vanishes(node: Node, point: Point) -> bool:
    try:
        return bool(abs(point.value(node)) < mpf(10) ** (-DIGITS // 3))
    except Undefined:
        return False


def zero_like(node: Node, letter: str, value: Node) -> Node:
    """Return `node` with the letter replaced by its value."""
    if node.op is Op.NAME:
        return value if node.data == letter else node
    return Node(node.op, tuple(zero_like(arg, letter, value) for arg in node.args), node.data, node.number)


def _is_linear(node: Node, letter: str) -> bool:
    with mp.workdps(DIGITS):
        for point in _points(node.names)[:3]:
            values = []
            for step in range(3):
                try:
                    values.append(Point({**point.values, letter: mpf(step) + mpf(1) / 3}).value(node))
                except Undefined:
                    return False
            if not close(values[0] + values[2], 2 * values[1]) or close(values[0], values[1]):
                return False
    return True
