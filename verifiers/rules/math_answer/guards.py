"""Guards against free money: they come last and can only turn a right answer into a wrong one.

Not guarded: an answer that is right by luck, and a question that is its own answer in the gold's very words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.normalise import normalise
from verifiers.rules.math_answer.reading.tree import Node, Op

MAX_PROMPT_CHARS = 50_000
_OPERATOR = re.compile(
    r"[+*/^!]|(?<=.)-|\\(?:[dtc]?frac|[dt]?binom|sqrt|cdot|times|div|sum|int|prod|lim|log|ln|sin|cos|tan|bmod|pmod|pm)(?![A-Za-z])"
)
# What may stand around an expression that was copied whole.
_BEFORE = re.compile(r"(?:^|[\s$=:,;(\[\"'`]|\\[(\[])$")
_AFTER = re.compile(r"^(?:$|[\s$=:,;?.)\]\"'`]|\\[)\]])")


def guarded(judgement: Judgement, answer: Node, answer_text: str, prompt: str | None) -> Judgement:
    """Return the judgement, or a wrong one where the answer leaves the work undone."""
    if not judgement.is_equal:
        return judgement
    if prompt and answer.op not in (Op.LIST, Op.TUPLE, Op.SET, Op.MATRIX, Op.RELATION) and echoes(answer_text, prompt):
        return Judgement(False, "the expression of the problem, copied", ("prompt_echo",))
    return judgement


def is_unevaluated(gold: Node, answer: Node) -> bool:
    """Say whether the answer ends in a sum, integral, limit, derivative or remainder that the gold does not have."""
    last = answer.args[-1] if answer.op is Op.RELATION else answer
    return last.has(Op.BIG, Op.MODULO, Op.DOTS) and not gold.has(Op.BIG, Op.MODULO, Op.DOTS)


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
    text = text.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
    text = re.sub(r"(?<=[A-Za-z]{2})\s+(?=\S)", "\x00", re.sub(r"\s+(?=[A-Za-z]{2})", "\x00", text))
    return re.sub(r"\s+", "", text).replace("\x00", " ")
