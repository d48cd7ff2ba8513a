"""Reads numbers that are spelled out: `twenty-one`, `three fourths`, `minus five`, `two apples`."""

from __future__ import annotations

import re

from verifiers.rules.math_answer.reading.vocabulary import NUMBER_WORDS, PART_WORDS, PLURAL_SCALES

MAX_WORDS = 12
_TENS = dict(zip(["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(30, 100, 10), strict=True))
_UNITS = {word: int(value) for word, value in NUMBER_WORDS.items()} | _TENS
_SCALES = {word: scale for word, scale in PLURAL_SCALES.items() if word != "dozen"}
_PARTS = PART_WORDS | {"fourth": 4, "quarter": 4, "quarters": 4, "halfs": 2}
_SIGN = re.compile(r"(?:minus|negative)\s+(?=\S)")
_UNIT_WORDS = re.compile(r"[a-z]{3,}(?: [a-z]{3,}){0,2}")
_CONNECTED = frozenset(("or", "not", "plus", "times", "point", "over", "half", "dozen"))


def spelled_number(text: str) -> str:
    """Return the number that lower-case words spell, in digits and with its unit; nothing where they do not."""
    sign = _SIGN.match(text)
    rest = text[sign.end() :] if sign else text
    minus = "-" if sign else ""
    if sign and re.fullmatch(r"[\d.,/]+", rest):
        return minus + rest
    words = rest.replace("-", " ").split()
    if words and words[0] in _SCALES:  # a hundred
        words.insert(0, "one")
    if not words or len(words) > MAX_WORDS:
        return ""
    if words in (["half"], ["a", "half"]):
        return minus + "1/2"
    if words in (["a", "dozen"], ["dozen"]):
        return minus + "12"
    value, used = _cardinal(words)
    if not used:
        return ""
    return minus + _with_rest(value, words[used:])


def _with_rest(value: int, rest: list[str]) -> str:
    """Return the number with what follows it: nothing, the name of a part, or a unit."""
    if not rest:
        return str(value)
    if len(rest) == 1 and rest[0] in _PARTS:
        return f"{value}/{_PARTS[rest[0]]}"
    is_unit = _UNIT_WORDS.fullmatch(" ".join(rest)) and _CONNECTED.isdisjoint(rest)
    is_number = any(word in _UNITS or word in _SCALES or word in _PARTS for word in rest)
    return f"{value} \\text{{ {' '.join(rest)}}}" if is_unit and not is_number else ""


def _cardinal(words: list[str]) -> tuple[int, int]:
    """Return the whole number that the first words spell, and how many of them do."""
    total = current = used = 0
    last = 10**15
    for place, word in enumerate(words):
        if word in _UNITS and _fits(current, _UNITS[word], words[place - 1] if place else ""):
            current += _UNITS[word]
        elif word == "hundred" and 0 < current < 10:
            current *= 100
        elif word in _SCALES and word != "hundred" and 0 < current < 1000 and _SCALES[word] < last:
            last = _SCALES[word]
            total, current = total + current * last, 0
        elif word == "and" and place and place + 1 < len(words) and words[place - 1] in _SCALES:
            continue
        else:
            break
        used = place + 1
    return total + current, used


def _fits(current: int, value: int, before: str) -> bool:
    """Say whether a number may follow: `twenty` `one`, `hundred` `five`, and not `one` `two`."""
    if current == 0:
        return before not in _UNITS
    if current % 100 == 0:
        return before in ("hundred", "and")
    return before in ("twenty", *_TENS) and 0 < value < 10
