"""Units of measure: what a unit word is made of, so that two can be compared and converted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from verifiers.rules.math_answer.reading.vocabulary import word_set

_LENGTH, _MASS, _TIME = "length", "mass", "time"
# Dimension, factor to its first unit, and the words for it.
_TABLE: tuple[tuple[str, Fraction, str], ...] = (
    (_LENGTH, Fraction(1), "m meter metre 米"),
    (_LENGTH, Fraction(1000), "km kilometer kilometre 千米 公里"),
    (_LENGTH, Fraction(1, 10), "dm decimeter decimetre 分米"),
    (_LENGTH, Fraction(1, 100), "cm centimeter centimetre 厘米"),
    (_LENGTH, Fraction(1, 1000), "mm millimeter millimetre 毫米"),
    (_LENGTH, Fraction(254, 10000), "inch in"),
    (_LENGTH, Fraction(3048, 10000), "foot feet ft"),
    (_LENGTH, Fraction(9144, 10000), "yard yd"),
    (_LENGTH, Fraction(1609344, 1000), "mile mi"),
    (_MASS, Fraction(1), "g gram gramme 克"),
    (_MASS, Fraction(1000), "kg kilogram 千克 公斤"),
    (_MASS, Fraction(1, 1000), "mg milligram 毫克"),
    (_MASS, Fraction(1_000_000), "tonne t 吨"),
    (_MASS, Fraction(45359237, 100000), "lb lbs pound"),
    (_MASS, Fraction(45359237, 1600000), "oz ounce"),
    (_TIME, Fraction(1), "s sec second 秒"),
    (_TIME, Fraction(60), "min minute 分钟"),
    (_TIME, Fraction(3600), "h hr hour 小时"),
    (_TIME, Fraction(86400), "day 天"),
    (_TIME, Fraction(604800), "week 周"),
    ("dollar", Fraction(1), "dollar usd buck"),
    ("dollar", Fraction(1, 100), "cent"),
    ("yuan", Fraction(1), "yuan rmb 元"),
    ("euro", Fraction(1), "euro eur"),
    ("volume", Fraction(1), "l liter litre 升"),
    ("volume", Fraction(1, 1000), "ml milliliter millilitre cc 毫升"),
    ("frequency", Fraction(1), "hz hertz"),
    ("force", Fraction(1), "n newton"),
    ("energy", Fraction(1), "j joule"),
    ("power", Fraction(1), "w watt"),
    ("voltage", Fraction(1), "v volt"),
    ("resistance", Fraction(1), "ohm \\Omega"),
    ("angle", Fraction(1), "degree"),
)
_WORDS = {word: (dimension, factor) for dimension, factor, names in _TABLE for word in names.split()}
_EXPANDED = {
    "mph": "mile / hour", "kph": "km / hour", "kmh": "km / hour",
    "平方米": "m ^2", "平方厘米": "cm ^2", "平方千米": "km ^2",
    "立方米": "m ^3", "立方厘米": "cm ^3", "sqft": "foot ^2",
}  # fmt: skip
_FILLER = word_set(
    "of the a an total about approximately exactly each units unit altogether left only more per-cent ways way "
    "个 只 人 条 种 名 本 件 次 是"
)  # fmt: skip
_POWER_WORDS = {"square": 2, "sq": 2, "squared": 2, "cubic": 3, "cubed": 3}
SYMBOLS = word_set("m g s h l L t N J W V \\Omega")


@dataclass(frozen=True, slots=True)
class Unit:
    """A product of powers of dimensions, and the factor to their first units; `is_known` says that all words were."""

    dimensions: frozenset[tuple[str, int]]
    factor: Fraction
    is_known: bool

    def fits(self, other: Unit) -> bool:
        """Say whether both may measure the same: equal dimensions, or a word in common where one is no unit we know."""
        if self.is_known and other.is_known:
            return self.dimensions == other.dimensions
        return bool(self.dimensions & other.dimensions)


@lru_cache(maxsize=1024)
def unit(text: str) -> Unit | None:
    """Return the unit that the words name; None where they name nothing."""
    dimensions: dict[str, int] = {}
    factor, power, sign, is_known, last = Fraction(1), 1, 1, True, ("", Fraction(1))
    for word in " ".join(_EXPANDED.get(word.lower(), word) for word in _split(text)).split():
        lower = word.lower()
        if lower in ("per", "/", "a") and dimensions:
            sign = -1
        elif lower in _POWER_WORDS and not lower.endswith("ed"):
            power = _POWER_WORDS[lower]
        elif lower in _POWER_WORDS or word.startswith("^"):
            exponent = _exponent(lower)
            dimensions[last[0]] = dimensions.get(last[0], 0) + sign * (exponent - 1)
            factor *= last[1] ** (sign * (exponent - 1))
        elif lower not in _FILLER:
            last = (
                _WORDS.get(word) or _WORDS.get(lower) or _WORDS.get(singular(lower)) or (singular(lower), Fraction(1))
            )
            is_known = is_known and (word in _WORDS or lower in _WORDS or singular(lower) in _WORDS)
            dimensions[last[0]] = dimensions.get(last[0], 0) + sign * power
            factor, power, sign = factor * last[1] ** (sign * power), 1, 1
    if not dimensions:
        return None
    return _with_volume(dimensions, factor, is_known)


def _split(text: str) -> list[str]:
    text = text.replace("in total", "").replace("in all", "")
    return re.sub(r"([/^])", r" \1", text).replace("^ ", "^").replace("^", " ^").replace("·", " ").split()


def _exponent(word: str) -> int:
    if word in _POWER_WORDS:
        return _POWER_WORDS[word]
    return int(word[1:]) if re.fullmatch(r"\^-?\d", word) else 1


def _with_volume(dimensions: dict[str, int], factor: Fraction, is_known: bool) -> Unit:
    """Count a litre as a cubic decimetre."""
    litres = dimensions.pop("volume", 0)
    if litres:
        dimensions[_LENGTH] = dimensions.get(_LENGTH, 0) + 3 * litres
        factor *= Fraction(1, 1000) ** litres
    return Unit(frozenset((name, power) for name, power in dimensions.items() if power), factor, is_known)


def singular(word: str) -> str:
    for ending, instead in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("s", "")):
        if word.endswith(ending) and len(word) > len(ending) + 1 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word
