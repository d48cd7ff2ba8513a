"""Says whether a text is mostly blank: padding that makes it look longer than it is."""

from __future__ import annotations

BLANKS = " \t\n\r\v\f\u00a0\u3000"
BLANK_SHARE = 0.5
BLANK_CHARS = 200
LIKELY_SHARE = 0.35  # of a sample; 0.5 of all would show as less in one text of a million
SAMPLED_CHARS = 300
_ASCII_BLANKS = BLANKS[:6].encode()


def is_padded(text: str) -> bool:
    if len(text) <= BLANK_CHARS:
        return False
    # All is counted only where some characters, evenly spread, make it likely: most text is not padded.
    stride = len(text) // SAMPLED_CHARS | 1
    if _blank(sample := text[::stride]) < LIKELY_SHARE * len(sample):
        return False
    blank = _blank(text)
    return blank > BLANK_CHARS and blank > BLANK_SHARE * len(text)


def _blank(text: str) -> int:
    if text.isascii():
        return len(text) - len(text.encode().translate(None, _ASCII_BLANKS))
    return sum(map(text.count, BLANKS))
