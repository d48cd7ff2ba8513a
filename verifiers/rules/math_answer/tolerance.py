"""Decides whether one number may stand for another: exactly, or by the tolerance that the caller asked for."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

Tolerance: TypeAlias = Literal["closed_form", "exact", "gold_places"] | Annotated[float, Meta(ge=0)]

# A decimal with fewer digits says too little of the closed form that it rounds.
MIN_SIGNIFICANT_DIGITS = 3


def within(gold: Fraction, answer: Fraction, places: int | None, digits: int, tolerance: Tolerance) -> bool:
    """Say whether `answer` may stand for `gold`.

    `places` counts the decimals that the gold is written with (negative for 1.2e5), None where it is no decimal;
    `digits` counts its significant digits.
    """
    if gold == answer:
        return True
    if isinstance(tolerance, int | float):
        return abs(answer - gold) <= Fraction(tolerance) * abs(gold)
    if tolerance == "exact" or places is None:
        return False
    if tolerance == "closed_form" and (digits < MIN_SIGNIFICANT_DIGITS or is_finite_decimal(answer)):
        return False
    return rounds_to(gold, answer, places, may_cut=tolerance == "closed_form")


def rounds_to(gold: Fraction, answer: Fraction, places: int, may_cut: bool) -> bool:
    """Say whether `answer` rounds to the decimal `gold`, or is cut to it: books do both."""
    step = Fraction(10) ** -places
    if abs(answer - gold) * 2 <= step:
        return True
    return may_cut and 0 <= (answer - gold) * (1 if gold >= 0 else -1) < step


def is_finite_decimal(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1
