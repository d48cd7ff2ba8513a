"""Notes what is worth counting about a completion beside what is broken in it: these flags never change a score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from verifiers.base import Score
from verifiers.rules.format.content import WORD
from verifiers.text.disguise import has_disguised_word
from verifiers.text.padding import is_padded

HOMOGLYPH = "homoglyph"
LOW_QUALITY_REASONING = "low_quality_reasoning"
WHITESPACE_PADDING = "whitespace_padding"

MIN_WORDS = 5
FILLER_CHARS = 200
SAMPLED_CHARS = 300
FIRST_CHARS = 60  # which mostly hold enough letters
FILLER_LETTERS = 12


def noted(score: Score, text: str, thinks: Sequence[str], *, is_disguised: bool) -> Score:
    """Return the score with the flags of its text and reasoning; a tag spelled with look-alikes was seen before."""
    flags = tuple(_flags(text, thinks, is_disguised))
    return replace(score, flags=(*score.flags, *flags)) if flags else score


def _flags(text: str, thinks: Sequence[str], is_disguised: bool) -> Iterator[str]:
    if is_disguised or has_disguised_word(text):
        yield HOMOGLYPH
    if any(map(is_low_quality, thinks)):
        yield LOW_QUALITY_REASONING
    if is_padded(text):
        yield WHITESPACE_PADDING


def is_low_quality(think: str) -> bool:
    """Whether reasoning is a stub of a few words, or filler: long, and written with a handful of characters."""
    if not _has_words(think):
        return True
    if len(think) < FILLER_CHARS or len(set(think[:FIRST_CHARS])) >= FILLER_LETTERS:
        return False
    return len(set(think[:SAMPLED_CHARS])) < FILLER_LETTERS


def _has_words(think: str) -> bool:
    # Most reasoning begins with plain words, which need no pattern.
    if think.isascii() and sum(map(str.isalnum, think.split(None, 3 * MIN_WORDS)[:-1])) >= MIN_WORDS:
        return True
    return sum(1 for _ in islice(WORD.finditer(think), MIN_WORDS)) == MIN_WORDS
