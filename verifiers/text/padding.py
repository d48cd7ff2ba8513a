"""Says whether a text is mostly blank: padding that makes it look longer than it is."""

from __future__ import annotations

BLANKS = " \t\n\r\v\f\u00a0\u3000"
BLANK_SHARE = 0.5
BLANK_CHARS = 200
_SAMPLED_CHARS = 400
_STRIDE = 13


def is_padded(text: str) -> bool:
    if len(text) <= BLANK_CHARS:
        return False
    # Long text is counted only where every thirteenth character makes it likely: most text is not padded.
    if len(text) > _SAMPLED_CHARS and _blank(text[::_STRIDE]) * _STRIDE < BLANK_SHARE * len(text) / 2:
        return False
    blank = _blank(text)
    return blank > BLANK_CHARS and blank > BLANK_SHARE * len(text)


def _blank(text: str) -> int:
    return sum(map(text.count, BLANKS))
