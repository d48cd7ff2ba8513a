"""What the problem says that bears on its answer: which letters are variables, and whether it asks for percents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARS = 50_000
_FORMULA = re.compile(r"\$([^$]{1,2000})\$|\\\((.{1,2000}?)\\\)|\\\[(.{1,4000}?)\\\]", re.DOTALL)
_LETTER = re.compile(r"(?<![A-Za-z\\])\\?[A-Za-z]+")
_GIVEN = re.compile(r"(?<![A-Za-z\\])([A-Za-z])\s*=\s*-?(?:\d|\\frac)")
_REMAINDER = re.compile(r"remainder|residue|\bmod|\\[bp]?mod|congruen|余", re.IGNORECASE)
_PERCENT = re.compile(r"percent|per cent|\\?%|百分", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """`names` are the letters of its formulas, `open_names` those of them that it gives no value to."""

    names: frozenset[str] = frozenset()
    open_names: frozenset[str] = frozenset()
    gives_percent: bool = False
    asks_remainder: bool = False


def problem(prompt: str | None) -> Problem:
    return _problem(prompt[:MAX_CHARS]) if prompt else Problem()


@lru_cache(maxsize=256)
def _problem(prompt: str) -> Problem:
    names = {
        letter for formula in _FORMULA.finditer(prompt) for run in _LETTER.findall(formula[0]) for letter in _split(run)
    }
    given = {found[1] for formula in _FORMULA.finditer(prompt) for found in _GIVEN.finditer(formula[0])}
    return Problem(
        frozenset(names), frozenset(names - given), bool(_PERCENT.search(prompt)), bool(_REMAINDER.search(prompt))
    )


def _split(run: str) -> list[str]:
    if run.startswith("\\"):
        return [run]
    return list(run) if len(run) <= 3 else []
