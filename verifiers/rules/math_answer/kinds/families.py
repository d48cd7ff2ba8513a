"""Compares parametrised families, such as all k pi with whole k, by writing both out around zero."""

from __future__ import annotations

from typing import Any

from mpmath import isfinite, mp, mpf, nint

from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.numeric import Point, Undefined
from verifiers.rules.math_answer.reading.tree import Node, Op

REACH = 12  # members that must be met lie this far from zero
WIDE = 64  # and may be met by members this far away
_DIGITS = 30
_COUNTERS = frozenset("kmnlN")


def parameter(node: Node, integers: frozenset[str], prompt_names: frozenset[str]) -> str:
    """Return the letter that runs through the whole numbers, or nothing where `node` is no family."""
    names = node.names
    declared = names & integers
    if len(names) == 1 and declared:
        return next(iter(declared))
    has_pi = any(part.op is Op.CONSTANT and part.data == "pi" for part in node.walk())
    if len(names) == 1 and has_pi and names <= _COUNTERS - prompt_names:
        return next(iter(names))
    return ""


def compare_families(gold: Node, gold_letter: str, answer: Node, answer_letter: str) -> Judgement:
    try:
        near_gold, wide_gold = (_members(gold, gold_letter, reach) for reach in (REACH, WIDE))
        near_answer, wide_answer = (_members(answer, answer_letter, reach) for reach in (REACH, WIDE))
    except Undefined:
        return Judgement(False, "a family that cannot be written out")
    same = near_gold <= wide_answer and near_answer <= wide_gold
    return Judgement(same, "the same family" if same else "different families")


def _members(node: Node, letter: str, reach: int) -> set[Any]:
    items = node.args if node.op in (Op.LIST, Op.SET) else (node,)
    with mp.workdps(50):
        return {_key(item, Point({letter: mpf(index)})) for item in items for index in range(-reach, reach + 1)}


def _key(node: Node, point: Point) -> Any:
    """Return what tells one member from another: a rounded value, or those of an interval with its brackets."""
    if node.op is Op.TUPLE:
        return (node.data, *(_key(arg, point) for arg in node.args))
    value = point.value(node)
    if value.imag or not isfinite(value):
        raise Undefined("a member that is no real number")
    return int(nint(value.real * mpf(10) ** _DIGITS))
