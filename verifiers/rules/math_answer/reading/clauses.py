"""Reads what a clause says of its letters: `k \\in \\mathbb{Z}`, 'for all positive integers n', 'where x = 2'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from verifiers.rules.math_answer.reading.tokens import Kind, Token
from verifiers.rules.math_answer.reading.tree import Unreadable
from verifiers.rules.math_answer.reading.vocabulary import (
    CLAUSE_WORDS,
    CONDITIONAL_WORDS,
    INTEGER_WORDS,
    RELATIONS,
    SEPARATOR_WORDS,
    word_set,
)

WHOLE = "Z"
_NATURAL, _POSITIVE, _FROM_ZERO, SOME = "N", "N+", "N0", "some"
_SPACES = frozenset("QRCN")
_RESTRICTING = word_set("even odd prime nonzero non-zero distinct except negative 偶数 奇数")
_MEANINGS = {
    "positive": _POSITIVE, "natural": _NATURAL, "nonnegative": _FROM_ZERO, "正整数": _POSITIVE, "自然数": _NATURAL,
    "real": "R", "reals": "R", "实数": "R", "rational": "Q", "complex": "C",
}  # fmt: skip
_FROM = re.compile(r"(?:>|\\g(?:e|eq)|>=)(\d+)")
_CLAIMS = word_set("is are be be equals equal denotes being")


def range_of(clause: Sequence[Token]) -> str:
    """Return which numbers a clause lets its letters run through; nothing where it does not say."""
    words = {token.text.lower() for token in clause if token.kind is Kind.WORD}
    bare = [token.text for token in clause if token.text not in ("{", "}", "(", ")", ",")]
    meanings = {_MEANINGS[word] for word in words & _MEANINGS.keys()} - ({"R"} if words & INTEGER_WORDS else set())
    space = next((text for before, text in pairwise(bare) if before == "\\mathbb"), "")
    is_limited = any(token.text in RELATIONS and token.text != "\\in" for token in clause)
    if words & _RESTRICTING:
        return SOME
    if is_limited:
        start = _FROM.search("".join(bare))
        return {"0": _FROM_ZERO, "1": _POSITIVE}.get(start[1], SOME) if start else SOME
    if meanings:
        return meanings.pop() if len(meanings) == 1 else SOME
    if space in _SPACES:
        return space
    return (_POSITIVE if "+" in bare else WHOLE) if space == WHOLE or words & INTEGER_WORDS else ""


def are_compatible(left: str, right: str) -> bool:
    """Say whether two ranges may mean the same; whether 0 is a natural number is for each book to say."""
    return left == right or (_NATURAL in (left, right) and {left, right} <= {_NATURAL, _POSITIVE, _FROM_ZERO})


def is_conditional(clause: Sequence[Token]) -> bool:
    """Say whether a clause makes what stands before it depend on something: `5 if n is even`."""
    return clause[0].kind is Kind.WORD and clause[0].text.lower() in CONDITIONAL_WORDS


def _parted(clause: Sequence[Token]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in clause:
        if token.text == "," or (token.kind is Kind.WORD and token.text.lower() in SEPARATOR_WORDS):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _is_another_case(part: Sequence[Token]) -> bool:
    """Say whether a part such as `6 when x = 2` gives a value and the condition for it."""
    is_value = bool(part) and (part[0].kind is Kind.NUMBER or part[0].text in ("-", "\\frac", "\\sqrt", "\\pi"))
    return is_value and any(token.kind is Kind.WORD and token.text.lower() in CLAUSE_WORDS for token in part)


def refuse_hidden_values(clause: Sequence[Token]) -> None:
    """Refuse a clause that offers another value: `5, given 6`; a number may only say where a letter lives.

    Raises:
        Unreadable: see there.
    """
    if any(_is_another_case(part) for part in _parted(clause)[1:]):
        raise Unreadable("another value under another condition")
    words = {token.text.lower() for token in clause if token.kind is Kind.WORD}
    has_letter = any(token.kind is Kind.NAME for token in clause)
    says = words & _CLAIMS or any(token.text in RELATIONS for token in clause)
    if any(token.kind is Kind.NUMBER for token in clause) and not (has_letter and says):
        raise Unreadable("a clause with a value of its own")
