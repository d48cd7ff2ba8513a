"""Guards against free money: they come last and can only turn a right answer into a wrong one.

Not guarded: an answer that is right by luck, and a question that is its own answer in the gold's very words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from verifiers.rules.math_answer.canonical import canonical
from verifiers.rules.math_answer.context import formulas_in
from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kinds.chains import last_side
from verifiers.rules.math_answer.kinds.naming import named
from verifiers.rules.math_answer.normalise import normalise
from verifiers.rules.math_answer.reading.reader import read
from verifiers.rules.math_answer.reading.spoken import spoken
from verifiers.rules.math_answer.reading.tree import Node, Op, Unreadable

MAX_PROMPT_CHARS = 50_000
MAX_FORMULAS = 60
MAX_FORMULA_CHARS = 300
# What can only be a calculation, in a prompt without dollars.
_PLAIN = re.compile(r"[\d(][\d().^*/+×÷·!\s−-]{1,80}[\d)!]")
_EXPRESSIONS = (Op.ADD, Op.MUL, Op.DIV, Op.POW, Op.CALL, Op.FACTORIAL, Op.MODULO, Op.BIG)
_WORK = ("gcd", "lcm", "det")
_OPERATOR = re.compile(
    r"[+*/^!]|(?<=.)-|\\(?:[dtc]?frac|[dt]?binom|sqrt|cdot|times|div|sum|int|prod|lim|log|ln|sin|cos|tan|bmod|pmod|pm)(?![A-Za-z])"
)
# What may stand around an expression that was copied whole.
_BEFORE = re.compile(r"(?:^|[\s$=:,;(\[\"'`]|\\[(\[])$")
_AFTER = re.compile(r"^(?:$|[\s$=:,;?.)\]\"'`]|\\[)\]])")


def guarded(judgement: Judgement, gold: Node, answer: Node, answer_text: str, prompt: str | None) -> Judgement:
    """Return the judgement, or a wrong one where the answer leaves the work undone."""
    if not judgement.is_equal or not prompt or answer.op in (Op.LIST, Op.TUPLE, Op.SET, Op.MATRIX):
        return judgement
    value = canonical(_value(answer))
    if value == canonical(_value(gold)):
        return judgement
    if (answer.op is not Op.RELATION and echoes(answer_text, prompt)) or _stands_in(value, prompt):
        return Judgement(False, "the expression of the problem, copied", ("prompt_echo",))
    return judgement


def _value(node: Node) -> Node:
    return last_side(named(node).value)


def _stands_in(value: Node, prompt: str) -> bool:
    """Say whether the prompt has this expression as a formula, or as a side of one, in whatever order it is written."""
    if value.op not in _EXPRESSIONS or _is_number(value):
        return False
    formulas = _formulas(prompt[:MAX_PROMPT_CHARS])
    return value in formulas.whole or value in formulas.parts


def _is_number(value: Node) -> bool:
    """Say whether a fraction is just how a number is written: two whole numbers and a bar."""
    return value.op is Op.DIV and all(arg.op is Op.NUMBER for arg in value.args)


def asked_value(answer: Node, prompt: str | None) -> Node:
    """Return 5 of `x + y = 5` where the problem has `x + y` as a formula of its own, for that is what it asks for."""
    if not prompt or answer.op is not Op.RELATION or set(answer.signs) != {"="} or not answer.args[0].names:
        return answer
    if canonical(answer.args[0]) not in _formulas(prompt[:MAX_PROMPT_CHARS]).whole:
        return answer
    sides = answer.args[1:]
    return sides[0] if len(sides) == 1 else Node(Op.RELATION, sides, " ".join(answer.signs[1:]))


@dataclass(frozen=True, slots=True)
class Formulas:
    """The formulas of a problem: those that are no relation, and beside them the sides of those that are."""

    whole: frozenset[Node]
    parts: frozenset[Node]


@lru_cache(maxsize=32)
def _formulas(prompt: str) -> Formulas:
    whole, parts = set[Node](), set[Node]()
    formulas = [formula for formula in formulas_in(prompt) if len(formula) <= MAX_FORMULA_CHARS]
    plain = [formula[0] for formula in _PLAIN.finditer(spoken(prompt))]
    for formula in (*formulas[:MAX_FORMULAS], *plain[:MAX_FORMULAS]):
        try:
            node = read(normalise(formula)).node
        except (Unreadable, RecursionError):
            continue
        is_whole = node.op not in (Op.RELATION, Op.LIST)
        (whole if is_whole else parts).update(canonical(side) for side in ((node,) if is_whole else node.args))
    return Formulas(frozenset(whole), frozenset(parts))


def is_unevaluated(gold: Node, answer: Node) -> bool:
    """Say whether the answer ends in a sum, integral, limit, determinant and the like that the gold does not have."""
    last = answer.args[-1] if answer.op is Op.RELATION else answer
    return any(map(_is_work, last.walk())) and not any(map(_is_work, gold.walk()))


def _is_work(node: Node) -> bool:
    if node.op is Op.CALL:
        return node.data in _WORK
    if node.op is Op.MUL:
        return sum(arg.op is Op.MATRIX for arg in node.args) > 1
    return node.op in (Op.BIG, Op.MODULO, Op.DOTS)


def echoes(answer_text: str, prompt: str) -> bool:
    """Say whether the answer has an operator and stands in the prompt as it is."""
    if not _OPERATOR.search(answer_text):
        return False
    compact, question = _compact(answer_text), _compact_prompt(prompt[:MAX_PROMPT_CHARS])
    found = question.find(compact)
    while found >= 0:
        before, after = question[max(0, found - 2) : found], question[found + len(compact) :][:2]
        if _BEFORE.search(before) and _AFTER.search(after):
            return True
        found = question.find(compact, found + 1)
    return False


@lru_cache(maxsize=256)
def _compact_prompt(prompt: str) -> str:
    return _compact(normalise(re.sub(r"\$+|\\[()\[\]]", " § ", prompt))).replace("§", "$")


def _compact(text: str) -> str:
    """Drop spaces inside a formula; between words one stays, as a border."""
    for written, instead in (("\\dfrac", "\\frac"), ("\\tfrac", "\\frac"), ("\\times", "*"), ("\\cdot", "*")):
        text = text.replace(written, instead)
    text = " ".join(text.split())  # runs of blanks would make what follows slow
    text = re.sub(r"(?<=[A-Za-z]{2})\s+(?=\S)", "\x00", re.sub(r"\s+(?=[A-Za-z]{2})", "\x00", text))
    return re.sub(r"\s+", "", text).replace("\x00", " ")
