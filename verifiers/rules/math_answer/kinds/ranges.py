"""Compares the numbers that letters run through: `k\\pi` with whole k is not `k\\pi` with natural k."""

from __future__ import annotations

import re

from verifiers.rules.math_answer.kinds.families import parameter
from verifiers.rules.math_answer.kinds.frame import Frame
from verifiers.rules.math_answer.kinds.naming import named
from verifiers.rules.math_answer.kinds.realsets import NoRealSet, real_set
from verifiers.rules.math_answer.reading.clauses import SOME, WHOLE, are_compatible
from verifiers.rules.math_answer.reading.reader import Reading
from verifiers.rules.math_answer.reading.tree import Node, Op

_REAL = "R"
_ABOUT_WHOLE = re.compile(r"integer|whole|natural|\\mathbb\s*\{?\s*[ZN]|整数|自然数")


def other_range(gold: Reading, answer: Reading, frame: Frame, prompt: str | None) -> bool:
    """Say whether the answer's letters run through other numbers than the gold's."""
    is_family = bool(parameter(named(gold.node).value, gold.integer_names, frame.prompt_names))
    if is_family and _gives_a_member(answer.node):
        return True
    given = _said(answer)
    wanted = _said(gold) or (WHOLE if is_family else _REAL if _is_real_set(gold.node) else "")
    if not given or not wanted or are_compatible(wanted, given):
        return False
    return not (wanted == _REAL and prompt and _ABOUT_WHOLE.search(prompt))


def _said(reading: Reading) -> str:
    """Return the range that is said; beside another one, that some letter is real says nothing."""
    ranges = {said for _, said in reading.ranges}
    if SOME in ranges:
        return SOME
    others = ranges - {_REAL} or ranges
    return others.pop() if len(others) == 1 else ""


def _gives_a_member(node: Node) -> bool:
    """Say whether a list gives a value to a letter of its own: `k\\pi, k = 0`."""
    items = node.args if node.op is Op.LIST else ()
    given = {arg.args[0].data for arg in items if arg.op is Op.RELATION and arg.args[0].op is Op.NAME}
    return any(arg.op is not Op.RELATION and arg.names & given for arg in items)


def _is_real_set(node: Node) -> bool:
    if node.op in (Op.LIST, Op.TUPLE, Op.SET) and not any(arg.op is Op.RELATION for arg in node.args):
        return node.op is Op.TUPLE and node.data not in ("()", "[]")
    try:
        return bool(real_set(node).pieces)
    except NoRealSet:
        return False
