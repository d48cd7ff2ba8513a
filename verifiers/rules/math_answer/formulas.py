"""Compares two formulas: our own reader and comparison first, math-verify where those cannot tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from verifiers.rules.math_answer.context import problem
from verifiers.rules.math_answer.exact import is_huge
from verifiers.rules.math_answer.guards import asked_value, guarded, is_unevaluated
from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kinds.compare import compare
from verifiers.rules.math_answer.kinds.frame import Frame
from verifiers.rules.math_answer.kinds.notations import as_written_in
from verifiers.rules.math_answer.kinds.ranges import other_range
from verifiers.rules.math_answer.kinds.renaming import with_own_letters
from verifiers.rules.math_answer.numbers import read_plain
from verifiers.rules.math_answer.options import Policy
from verifiers.rules.math_answer.probe import Undecided
from verifiers.rules.math_answer.reading.congruences import Congruence, congruence, family
from verifiers.rules.math_answer.reading.reader import Reading, read
from verifiers.rules.math_answer.reading.show import shown
from verifiers.rules.math_answer.reading.tree import Op, Unreadable

MAX_SECOND_OPINION_CHARS = 400
_UNFINISHED = re.compile(r"\\(?:forall|exists|[lc]?dots)(?![A-Za-z])|\.\.")
_UNEVALUATED = re.compile(r"\\(?:i{0,3}nt|oint|sum|prod|lim|bmod|pmod)(?![a-z])|\\d?frac\{d\}")
_WORD = re.compile(r"[A-Za-z]{3,}")
_GROUPED_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)")
_GROUPED = re.compile(r"\d,\d{3}(?!\d)")
_LEADING_ZERO = re.compile(r"\d,0\d\d(?!\d)")
_DECIMAL_COMMA = re.compile(r"(?<![\d,.])(\d+),(\d+)(?![\d,])")


def judge_formulas(gold: str, answer: str, policy: Policy, prompt: str | None) -> Judgement:
    try:
        return _judge(gold, answer, policy, prompt)
    except RecursionError:
        return Judgement(False, "nested too deep to be compared")


def _judge(gold: str, answer: str, policy: Policy, prompt: str | None) -> Judgement:
    if not policy.is_strict and _is_the_remainder(gold, answer, prompt):
        return Judgement(True, "the same remainder, the modulus apart")
    try:
        answers = readings(answer)
    except Unreadable as error:  # math-verify would read a part of it, and pay for that
        return Judgement(False, f"no formula that could be read: {error}", _left_to_evaluate(gold, answer))
    try:
        golds = _gold_readings(_with_point(gold))
    except Unreadable as error:
        return _second_opinion(gold, answer, f"the ground truth: {error}")
    if _DECIMAL_COMMA.fullmatch(answer) and "." in gold:
        answers = (*answers, read(_DECIMAL_COMMA.sub(r"\1.\2", answer)))
    return _first_equal(golds, answers, gold, answer, policy, prompt)


def _first_equal(
    golds: Sequence[Reading], answers: Sequence[Reading], gold: str, answer: str, policy: Policy, prompt: str | None
) -> Judgement:
    """Return the judgement of the first pair of readings that are equal, else that of the last pair."""
    judgement = Judgement(False, "different")
    for gold_reading, answer_reading in product(golds, answers):
        try:
            judgement = _judge_readings(gold_reading, answer_reading, answer, policy, prompt)
        except Undecided as error:
            if is_huge(gold_reading.node) or is_huge(answer_reading.node):
                return Judgement(False, f"too large to be compared: {error}")
            return _second_opinion(gold, answer, str(error))
        except Unreadable as error:
            judgement = Judgement(False, str(error))
        if judgement.is_equal:
            break
    return judgement


def readings(text: str, may_separate: bool = True) -> tuple[Reading, ...]:
    """Return what `text` may say: `1,234` is one number, or a list of two."""
    congruent = congruence(text)
    if congruent and congruent.is_claim:
        return (family(congruent),)
    if not may_separate or not _GROUPED.search(text) or _LEADING_ZERO.search(text):
        return (read(text),)
    return (read(text), read(text, grouped=False))


def _is_the_remainder(gold: str, answer: str, prompt: str | None) -> bool:
    """Say whether one is a remainder with its modulus, and the other that number; the gold decides, or the problem."""
    left, right = congruence(gold), congruence(answer)
    if (left is None) is (right is None) or (right and not _is_asked(right, prompt)):
        return False
    found, number = left or right, read_plain(answer if left else gold)
    return number is not None and found is not None and found.remainder == number.value


def _is_asked(found: Congruence, prompt: str | None) -> bool:
    """Say whether the problem asks for a remainder, and by this modulus."""
    return problem(prompt).asks_remainder and re.search(rf"(?<!\d){found.pairs[0][1]}(?!\d)", prompt or "") is not None


def _gold_readings(gold: str) -> tuple[Reading, ...]:
    """Read `10,000` as a number alone; only among other entries, or in brackets, may its comma separate."""
    entries = _GROUPED_NUMBER.sub("", gold)
    return readings(gold, may_separate=re.search(r"[,(\[{]", entries) is not None)


def _is_prose(text: str) -> bool:
    bare = re.sub(r"\\[A-Za-z]+", " ", text)
    return _UNFINISHED.search(text) is not None or len(_WORD.findall(bare)) > 1


def _with_point(gold: str) -> str:
    """Read `0,25` as the decimal that it can only be."""
    return re.sub(r"^(-?0),(\d+)$", r"\1.\2", gold)


def _judge_readings(gold: Reading, answer: Reading, text: str, policy: Policy, prompt: str | None) -> Judgement:
    read = f"the gold reads as {shown(gold.node)}", f"the answer reads as {shown(answer.node)}"
    by = f"compared as the gold's kind: {gold.node.op}"
    return _judge_two(gold, answer, text, policy, prompt).after(*read, by)


def _judge_two(gold: Reading, answer: Reading, text: str, policy: Policy, prompt: str | None) -> Judgement:
    if gold.node.op is Op.BASED and text.strip("()").upper() == gold.node.data:
        return Judgement(True, "the same digits, the base left out")
    if is_unevaluated(gold.node, answer.node):
        return Judgement(False, "an operator is left to evaluate", ("unevaluated",))
    if answer.is_conditional and not gold.is_conditional:
        return Judgement(False, "it holds only under a condition")
    about = problem(prompt)
    frame = Frame(
        policy=policy,
        integers=gold.integer_names | answer.integer_names,
        variables=gold.node.names | about.names,
        prompt_names=about.open_names,
        gives_percent=about.gives_percent,
    )
    if other_range(gold, answer, frame, prompt):
        return Judgement(False, "the letter runs through other numbers")
    wanted, node = gold.node, with_own_letters(gold.node, asked_value(answer.node, prompt))
    if not policy.is_strict:
        wanted, node = as_written_in(node, wanted), as_written_in(wanted, node)
    return guarded(compare(wanted, node, frame), wanted, node, text, prompt)


def _left_to_evaluate(gold: str, answer: str) -> tuple[str, ...]:
    return ("unevaluated",) if _UNEVALUATED.search(answer) and not _UNEVALUATED.search(gold) else ()


def _second_opinion(gold: str, answer: str, why: str) -> Judgement:
    # math-verify would pick a number out of a sentence
    if max(len(answer), len(gold)) > MAX_SECOND_OPINION_CHARS or _is_prose(answer) or _is_prose(gold):
        return Judgement(False, f"no formula that could be read: {why}")
    from verifiers.rules.math_answer.second_opinion import agrees

    steps = (f"our own comparison could not tell ({why}); math-verify was asked",)
    if agrees(gold, answer):
        return Judgement(True, "equal for math-verify", steps=steps)
    return Judgement(False, "not equal for math-verify", steps=steps)
