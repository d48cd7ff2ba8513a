"""Decides whether one answer equals one gold, stage by stage: plain numbers, same text, words, formulas, guards."""

from __future__ import annotations

from functools import lru_cache

from verifiers.rules.math_answer.context import problem
from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.kinds.clock import same_time
from verifiers.rules.math_answer.kinds.wording import (
    chosen_option,
    is_plain_words,
    number_word,
    option_letter,
    option_letters,
    same_words,
    without_option,
)
from verifiers.rules.math_answer.normalise import normalise
from verifiers.rules.math_answer.numbers import Plain, read_plain
from verifiers.rules.math_answer.options import Policy
from verifiers.rules.math_answer.tolerance import within

MAX_REMEMBERED_CHARS = 6_000
MAX_TOLD_CHARS = 120
MAX_TOLD_BITS = 200


def judge(gold: str, answer: str, policy: Policy, prompt: str | None = None) -> Judgement:
    """Compare an answer with a gold; both are text as it was written."""
    plain_gold, plain_answer = read_plain(gold), read_plain(answer)
    if plain_gold and plain_answer:
        read = f"plain numbers: the gold is {_told(plain_gold)}, the answer {_told(plain_answer)}"
        return judge_plain(plain_gold, plain_answer, policy, prompt).after(read)
    gold, answer = normalise(gold), normalise(answer)
    step = f"as text: the gold is {gold[:MAX_TOLD_CHARS]!r}, the answer {answer[:MAX_TOLD_CHARS]!r}"
    if not answer:
        return Judgement(False, "nothing is left of the answer without its dress").after(step)
    if gold == answer:
        return Judgement(True, "same text").after(step)
    return (_judge_words(gold, answer, policy) or _by_formulas(gold, answer, policy, prompt)).after(step)


def _by_formulas(gold: str, answer: str, policy: Policy, prompt: str | None) -> Judgement:
    """Judge each distinct answer of a group once, though no two rollouts are the same."""
    if len(gold) + len(answer) + len(prompt or "") > MAX_REMEMBERED_CHARS:
        return _judge_formulas(gold, answer, policy, prompt)
    return _remembered(gold, answer, policy, prompt)


def _told(number: Plain) -> str:
    """Return a number for a person, by its size where it is long."""
    bits = max(number.value.numerator.bit_length(), number.value.denominator.bit_length())
    value = str(number.value) if bits <= MAX_TOLD_BITS else f"a number of {bits} bits"
    return f"{number.currency}{value}{' (percent)' if number.is_percent else ''}"


def judge_plain(gold: Plain, answer: Plain, policy: Policy, prompt: str | None) -> Judgement:
    if gold.currency != answer.currency:
        if gold.currency and answer.currency:
            return Judgement(False, "different currencies")
        if policy.is_strict or policy.strict_units:
            return Judgement(False, "one has a unit, the other none")
    if gold.value == answer.value:
        return Judgement(True, "equal numbers")
    if gold.is_percent is not answer.is_percent and _equal_but_for_percent(gold, answer, policy, prompt):
        return Judgement(True, "equal numbers, the percent sign apart")
    if within(gold.value, answer.value, gold.places, gold.digits, policy.tolerance):
        return Judgement(True, f"equal numbers within the tolerance {policy.tolerance}")
    return Judgement(False, "different numbers")


def _equal_but_for_percent(gold: Plain, answer: Plain, policy: Policy, prompt: str | None) -> bool:
    if gold.is_percent:
        return policy.percent != "strict" and answer.value == gold.value * 100
    allowed = policy.percent == "either" or (policy.percent == "gold" and problem(prompt).gives_percent)
    return allowed and answer.value * 100 == gold.value


def _judge_words(gold: str, answer: str, policy: Policy) -> Judgement | None:
    """Judge letters of options, times of day and words; None where the gold is mathematics."""
    letter = option_letter(gold) or (chosen_option(gold) if policy.is_strict else "")
    is_bracketed = gold.strip() != letter  # then it is no variable, and its case says nothing
    if letter and letter in (chosen_option(answer), option_letter(answer), answer.upper() if is_bracketed else ""):
        return Judgement(True, f"option {letter}")
    letters = option_letters(gold)
    if letters and letters == option_letters(answer) and not policy.is_strict:
        return Judgement(True, f"options {letters}")
    on_time = same_time(gold, answer, policy.is_strict)
    if on_time is not None:
        return Judgement(on_time, "the same time" if on_time else "another time")
    if same_words(gold, answer):
        return Judgement(True, "the same words")
    if is_plain_words(gold) and not number_word(gold):
        return Judgement(False, "other words")
    return None


def _judge_formulas(gold: str, answer: str, policy: Policy, prompt: str | None) -> Judgement:
    # mpmath and sympy take long to import, and plain numbers never need them
    from verifiers.rules.math_answer.formulas import judge_formulas

    judgement = judge_formulas(number_word(gold) or gold, number_word(answer) or answer, policy, prompt)
    is_over = judgement.is_equal or judgement.flags or option_letter(gold) or policy.is_strict
    rest = "" if is_over else without_option(answer)
    return judge(gold, rest, policy, prompt) if rest else judgement


_remembered = lru_cache(maxsize=1024)(_judge_formulas)
