"""Plain numbers by exact fractions: integers, decimals, fractions, mixed numbers, percents, scientific notation.

Most real answers end here, in microseconds. Whatever is not plainly a number is left to the reader of formulas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

MAX_PLAIN_CHARS = 80
MAX_EXPONENT = 3_000

_DECIMAL = re.compile(
    r"""
    (?P<sign>[-+]?) \s* (?:(?P<currency>\\?\$|[€£¥]) \s* (?P<minus>-?))?
    (?: (?P<whole> [1-9]\d{0,2}(?:,\d{3})+ | [1-9]\d?(?:,\d{2})+,\d{3} | [1-9]\d{0,2}(?:[ '’]\d{3})+ | \d+ )
        (?P<part>\.\d*)?
      | (?P<bare>\.\d+) )
    (?: [eE](?P<e>[-+]?\d{1,5})
      | \s*(?:\\times|\\cdot|[x*×])\s*10\s*\^\s*(?:\{\s*(?P<power>[-+]?\d{1,5})\s*\}|(?P<digit>\d{1,5})) )?
    (?: \s*(?P<percent>\\?%) )? \s* \.?
    """,
    re.VERBOSE,
)
_FRACTION = re.compile(
    r"""
    (?P<sign>[-+]?) \s*
    (?: (?P<mixed>\d+) (?:\s*(?=\\)|\s+|(?<=\d)\s*\+\s*(?=\\)) )?
    (?: \\[dtc]?frac\s* (?:\{\s*(?P<upper>-?\d+)\s*\}|(?P<up>\d)) \s* (?:\{\s*(?P<lower>-?\d+)\s*\}|(?P<low>\d))
      | (?P<over>\d+) \s*/\s* (?P<under>\d+) )
    (?: \s*(?P<percent>\\?%) )? \s* \.?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A number as it was written: `places` counts the decimals of a decimal, `digits` its significant digits."""

    value: Fraction
    is_percent: bool = False
    places: int | None = None
    digits: int = 0
    currency: str = ""


def read_plain(text: str) -> Plain | None:
    """Return the number that `text` writes, or None where it is not plainly one."""
    return _read(text) if len(text) <= MAX_PLAIN_CHARS else None


@lru_cache(maxsize=4096)
def _read(text: str) -> Plain | None:
    text = _bare(text)
    match = _DECIMAL.fullmatch(text)
    if match is not None:
        return _decimal(match)
    match = _FRACTION.fullmatch(text)
    return _fraction(match) if match is not None else None


def _bare(text: str) -> str:
    text = text.strip()
    if len(text) > 2 and text[0] == "$" == text[-1]:
        text = text.strip("$").strip()
    if "\\" in text:
        text = text.replace("\\! ", "").replace("\\!", "").replace("\\,", "").replace("\\ ", " ")
    return text.replace("{,}", ",")


def _decimal(match: re.Match[str]) -> Plain | None:
    exponent = int(match["e"] or match["power"] or match["digit"] or 0)
    if abs(exponent) > MAX_EXPONENT:
        return None
    whole = re.sub(r"\D", "", match["whole"] or "")
    decimals = (match["part"] or match["bare"] or ".")[1:]
    value = Fraction(int(whole + decimals or 0))
    if exponent != len(decimals):
        value *= Fraction(10) ** (exponent - len(decimals))
    if (match["sign"] == "-") is not (match["minus"] == "-"):
        value = -value
    places = len(decimals) - exponent if decimals else None
    digits = len((whole + decimals).lstrip("0"))
    currency = (match["currency"] or "").lstrip("\\")
    is_percent = match["percent"] is not None
    return Plain(value / 100 if is_percent else value, is_percent, _shift(places, is_percent), digits, currency)


def _shift(places: int | None, is_percent: bool) -> int | None:
    return places + 2 if is_percent and places is not None else places


def _fraction(match: re.Match[str]) -> Plain | None:
    above = int(match["upper"] or match["up"] or match["over"])
    below = int(match["lower"] or match["low"] or match["under"])
    if below == 0:
        return None
    value = Fraction(above, below)
    if match["mixed"]:
        if not 0 <= above < below:
            return None
        value += int(match["mixed"])
    if match["sign"] == "-":
        value = -value
    is_percent = match["percent"] is not None
    return Plain(value / 100 if is_percent else value, is_percent)
