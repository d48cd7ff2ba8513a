"""Writes calculations in words as formulas: '17 times 23', 'the sum of 2 and 3'."""

from __future__ import annotations

import re

_NUMBER = r"\$?(-?\d[\d,]{0,20}(?:\.\d{1,20})?)\$?"
_INFIX = (
    (re.compile(r"\s+(?:times|multiplied\s+by)\s+", re.IGNORECASE), r" * "),
    (re.compile(r"\s+divided\s+by\s+", re.IGNORECASE), r" / "),
    (re.compile(r"\s+(?:plus|added\s+to)\s+", re.IGNORECASE), r" + "),
    (re.compile(r"\s+minus\s+", re.IGNORECASE), r" - "),
    (re.compile(r"\s+(?:raised\s+)?to\s+the\s+(?:power\s+(?:of\s+)?)?(?=\d)", re.IGNORECASE), r"^"),
)
_OF_TWO = (("product", "*"), ("sum", "+"), ("difference", "-"), ("quotient", "/"))
_PREFIX = tuple(
    (re.compile(rf"\b{word}\s+(?:of|between)\s+{_NUMBER}\s+and\s+{_NUMBER}", re.IGNORECASE), rf" ; \1 {sign} \2 ; ")
    for word, sign in _OF_TWO
)


def spoken(prompt: str) -> str:
    """Return the prompt with signs in place of the words for them, between numbers that are written in digits."""
    prompt = " ".join(prompt.split())  # runs of blanks would make what follows slow
    for pattern, sign in (*_PREFIX, *_INFIX):
        prompt = pattern.sub(sign, prompt)
    return prompt
