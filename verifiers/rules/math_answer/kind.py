"""Names the kind of a ground truth, for a person who checks a data set before a run."""

from __future__ import annotations

from verifiers.rules.math_answer.kinds.wording import is_plain_words, option_letter
from verifiers.rules.math_answer.normalise import normalise
from verifiers.rules.math_answer.numbers import read_plain
from verifiers.rules.math_answer.reading.reader import read
from verifiers.rules.math_answer.reading.tree import COLLECTIONS, REAL_SETS, Op, Unreadable


def kind_of(gold: str) -> str:
    """Return number, expression, list, tuple, set, matrix, interval, equation, inequality, letter or text."""
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
    if node.op is Op.RELATION:
        return "equation" if set(node.signs) <= {"=", "~"} else "inequality"
    if node.op in REAL_SETS or (node.op is Op.TUPLE and node.data not in ("()", "[]")):
        return "interval"
    if node.op in (*COLLECTIONS, Op.MATRIX):
        return str(node.op)
    return "text" if node.op is Op.WORDS else "expression" if node.names else "number"
