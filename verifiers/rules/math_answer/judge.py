"""Decides whether one answer equals one gold, stage by stage: plain numbers, same text, formulas, second opinion."""

from __future__ import annotations

from verifiers.rules.math_answer.judgement import Judgement
from verifiers.rules.math_answer.normalise import normalise
from verifiers.rules.math_answer.numbers import Plain, read_plain
from verifiers.rules.math_answer.options import Policy
from verifiers.rules.math_answer.tolerance import within


def judge(gold: str, answer: str, policy: Policy) -> Judgement:
    plain_gold, plain_answer = read_plain(gold), read_plain(answer)
    if plain_gold and plain_answer:
        return judge_plain(plain_gold, plain_answer, policy)
    gold, answer = normalise(gold), normalise(answer)
    if gold == answer:
        return Judgement(True, "same text")
    # sympy takes a second to import, and plain numbers never need it
    from verifiers.rules.math_answer.second_opinion import agrees

    return Judgement(True, "equal for math-verify") if agrees(gold, answer) else Judgement(False, "not equal")


def judge_plain(gold: Plain, answer: Plain, policy: Policy) -> Judgement:
    if gold.currency and answer.currency and gold.currency != answer.currency:
        return Judgement(False, "different currencies")
    if _bare_for_percent(gold, answer, policy):
        return Judgement(True, "equal numbers, the percent sign apart")
    if gold.value == answer.value:
        return Judgement(True, "equal numbers")
    if within(gold.value, answer.value, gold.places, gold.digits, policy.tolerance):
        return Judgement(True, f"equal numbers within the tolerance {policy.tolerance}")
    return Judgement(False, "different numbers")


def _bare_for_percent(gold: Plain, answer: Plain, policy: Policy) -> bool:
    if gold.is_percent is answer.is_percent:
        return False
    if gold.is_percent:
        return policy.percent != "strict" and answer.value == gold.value * 100
    return policy.percent == "either" and answer.value * 100 == gold.value
