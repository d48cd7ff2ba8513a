"""Says whether a text holds another one as a whole word, as a prompt may hold the ground truth."""

from __future__ import annotations

MIN_SHOWN_CHARS = 3  # a shorter ground truth stands in most prompts by chance


def is_shown_in(text: str, word: str) -> bool:
    """Whether `word` stands in `text` with no letter, digit or underscore beside it; short words never do."""
    word = word.strip()
    found = text.find(word) if len(word) >= MIN_SHOWN_CHARS else -1
    while found >= 0:
        end = found + len(word)
        if not _is_of_word(text[found - 1 : found]) and not _is_of_word(text[end : end + 1]):
            return True
        found = text.find(word, found + 1)
    return False


def _is_of_word(character: str) -> bool:
    return character.isalnum() or character == "_"
