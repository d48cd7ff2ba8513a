"""Compares lists, sets, tuples and matrices, entry by entry; order counts where the gold's notation says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kinds.frame import Frame
from verifiers.rules.math_answer.reading.tree import Node, Op

Compare: TypeAlias = Callable[[Node, Node, Frame], Judgement]

MAX_ITEMS = 400


def compare_lists(gold: Node, answer: Node, frame: Frame, compare: Compare) -> Judgement:
    """Compare a list, set, tuple or matrix with an answer that has been stripped of its names."""
    if gold.op is Op.MATRIX and answer.op is Op.MATRIX:
        return _matrices(gold, answer, frame, compare)
    if frame.policy.is_strict and _has_order(gold) is not _has_order(answer):
        return Judgement(False, "one has an order, the other none")
    may_have_ends = frame.policy.is_strict or gold.op is answer.op  # a column in square brackets has none
    gold, answer = _row_of(gold), _row_of(answer)
    if gold.op not in (Op.LIST, Op.SET, Op.TUPLE) or answer.op not in (Op.LIST, Op.SET, Op.TUPLE):
        return Judgement(False, f"one is a {gold.op}, the other a {answer.op}")
    if {gold.op, answer.op} == {Op.SET, Op.TUPLE}:
        return Judgement(False, "a set is not a tuple")
    if may_have_ends and gold.op is answer.op is Op.TUPLE and len(gold.args) == 2 and gold.data != answer.data:
        return Judgement(False, "an end that is open in one is closed in the other")
    items, answers = _distinct(gold), _distinct(answer)
    if len(items) != len(answers):
        return Judgement(False, f"{len(answers)} entries, where the gold has {len(items)}")
    if max(len(items), len(answers)) > MAX_ITEMS:
        return Judgement(False, f"more than {MAX_ITEMS} entries")
    if Op.TUPLE in (gold.op, answer.op):
        return _in_order(items, answers, frame, compare)
    return _in_any_order(items, answers, frame, compare)


def _has_order(node: Node) -> bool | str:
    """Say whether the entries have an order; a row of a matrix is neither a column nor a point."""
    return "row" if node.op is Op.MATRIX and node.data != "1" else node.op in (Op.TUPLE, Op.MATRIX)


def _row_of(node: Node) -> Node:
    """Read a matrix of one column or one row as the tuple of its entries."""
    if node.op is Op.MATRIX and (node.data == "1" or int(node.data) == len(node.args)):
        return Node(Op.TUPLE, node.args, "()")
    return node


def _distinct(node: Node) -> tuple[Node, ...]:
    return tuple(dict.fromkeys(node.args)) if node.op is Op.SET else node.args


def _matrices(gold: Node, answer: Node, frame: Frame, compare: Compare) -> Judgement:
    if gold.data != answer.data or len(gold.args) != len(answer.args):
        return Judgement(False, "matrices of different shapes")
    return _in_order(gold.args, answer.args, frame, compare)


def _in_order(gold: Sequence[Node], answer: Sequence[Node], frame: Frame, compare: Compare) -> Judgement:
    for position, (left, right) in enumerate(zip(gold, answer, strict=True), 1):
        judgement = compare(left, right, frame)
        if not judgement.is_equal:
            return Judgement(False, f"entry {position} differs: {judgement.why}", judgement.flags)
    return Judgement(True, "equal entry by entry")


def _without_the_same(gold: Sequence[Node], answer: Sequence[Node]) -> tuple[list[Node], list[Node]]:
    """Set aside what is written in both, so that no entry takes the partner of another."""
    missing, left = [], list(answer)
    for item in gold:
        if item in left:
            left.remove(item)
        else:
            missing.append(item)
    return missing, left


def _in_any_order(gold: Sequence[Node], answer: Sequence[Node], frame: Frame, compare: Compare) -> Judgement:
    missing, left = _without_the_same(gold, answer)
    for item in missing:
        found = next((index for index, other in enumerate(left) if compare(item, other, frame).is_equal), None)
        if found is None:
            return Judgement(False, "an entry of the gold is missing")
        del left[found]
    return Judgement(True, "equal entries in any order")
