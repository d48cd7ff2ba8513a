"""What the problem says that bears on its answer: which letters are variables, and whether it asks for percents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARS = 50_000
MAX_FORMULA_CHARS = 4_000
_OPENING = re.compile(r"\$+|\\[(\[]")
_CLOSING = {"\\(": "\\)", "\\[": "\\]"}
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


def formulas_in(prompt: str) -> list[str]:
    """Return what stands between dollars, and between `\\(` and `\\)`, `\\[` and `\\]`."""
    found: list[str] = []
    position = 0
    while opening := _OPENING.search(prompt, position):
        end = prompt.find(_CLOSING.get(opening[0], opening[0]), opening.end(), opening.end() + MAX_FORMULA_CHARS)
        position = opening.end()
        if end > position:
            found.append(prompt[position:end])
            position = end + len(opening[0])
    return found


def problem(prompt: str | None) -> Problem:
    return _problem(prompt[:MAX_CHARS]) if prompt else Problem()


@lru_cache(maxsize=256)
def _problem(prompt: str) -> Problem:
    formulas = formulas_in(prompt)
    names = {letter for formula in formulas for run in _LETTER.findall(formula) for letter in _split(run)}
    given = {found[1] for formula in formulas for found in _GIVEN.finditer(formula)}
    return Problem(
        frozenset(names), frozenset(names - given), bool(_PERCENT.search(prompt)), bool(_REMAINDER.search(prompt))
    )


def _split(run: str) -> list[str]:
    if run.startswith("\\"):
        return [run]
    return list(run) if len(run) <= 3 else []
