"""Names the kind of an answer: for a person who checks a data set before a run, and for the option `kinds`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from verifiers.rules.math_answer.kinds.chains import last_side
from verifiers.rules.math_answer.kinds.naming import named
from verifiers.rules.math_answer.kinds.wording import is_plain_words, option_letter
from verifiers.rules.math_answer.normalise import normalise
from verifiers.rules.math_answer.numbers import read_plain
from verifiers.rules.math_answer.reading.reader import read
from verifiers.rules.math_answer.reading.tree import REAL_SETS, Node, Op, Unreadable

Kind: TypeAlias = Literal[
    "number", "expression", "list", "tuple", "set", "matrix", "interval", "equation", "inequality", "letter", "text"
]
_COLLECTED: dict[Op, Kind] = {Op.LIST: "list", Op.TUPLE: "tuple", Op.SET: "set", Op.MATRIX: "matrix"}


def kinds_of(answer: str) -> frozenset[str]:
    """Return the kinds that an answer may be taken for: `x = 3` is an equation, and names a number."""
    kinds = {kind_of(answer)}
    if "=" in answer:
        try:
            kinds.add(_kind_of_tree(last_side(named(read(normalise(answer)).node).value)))
        except (Unreadable, RecursionError):
            return frozenset(kinds)
    return frozenset(kinds)


def kind_of(gold: str) -> Kind:
    """Return what kind of answer a text is."""
    if read_plain(gold):
        return "number"
    text = normalise(gold)
    if option_letter(text):
        return "letter"
    if is_plain_words(text):
        return "text"
    try:
        node = read(text).node
    except (Unreadable, RecursionError):
        return "text"
    return _kind_of_tree(node)


def _kind_of_tree(node: Node) -> Kind:
    if node.op is Op.RELATION:
        return "equation" if set(node.signs) <= {"=", "~"} else "inequality"
    if node.op in REAL_SETS or (node.op is Op.TUPLE and node.data not in ("()", "[]")):
        return "interval"
    if node.op in _COLLECTED:
        return _COLLECTED[node.op]
    return "text" if node.op is Op.WORDS else "expression" if node.names else "number"
