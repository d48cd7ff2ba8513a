"""Finds what a completion must not hold whatever its layout: tokens of the chat, invisible and control characters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from verifiers.rules.format.codes import Code, Findings
from verifiers.rules.format.prepare import Prepared
from verifiers.text.special_tokens import END_TOKENS, TURN_TOKENS

# General category Cf without the joiners U+200C and U+200D, which Persian, Hindi and emoji need.
_IN_BASIC_PLANE = (
    "\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u180e\u200b\u200e-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\ufeff\ufff9-\ufffb"
)
FORMAT_CHARACTERS = (
    _IN_BASIC_PLANE + "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
_TOKENS = END_TOKENS + TURN_TOKENS
_CONTROL_BYTES = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile(f"[{FORMAT_CHARACTERS}]")
# Ranges above the basic plane cost a class its speed, so that all of them are one here.
_SUSPECT = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_IN_BASIC_PLANE}\U00010000-\U0010ffff]")


def check_special_tokens(prepared: Prepared, own_tags: tuple[str, ...], findings: Findings) -> None:
    """Find a token that ends a text, opens one or names who speaks, but for those inside the layout's own tags."""
    for first, pattern in _token_patterns(own_tags):
        if not (prepared.has_other_angles if first == "<" else first in prepared.text):
            continue
        for match in pattern.finditer(prepared.text):
            if match.lastgroup == "token":
                findings.add(Code.SPECIAL_TOKEN_INSIDE, f"the token {match[0]} stands inside", match.start())
                return


def check_characters(text: str, findings: Findings) -> None:
    if text.isascii():
        encoded = text.encode()
        # Dropping bytes in C is five times as fast as looking for one of a class.
        if len(encoded.translate(None, _CONTROL_BYTES)) == len(encoded):
            return
    elif not _SUSPECT.search(text):
        return
    for code, pattern in ((Code.INVISIBLE_CHARS, _INVISIBLE), (Code.CONTROL_CHARS, _CONTROL)):
        if match := pattern.search(text):
            findings.add(code, f"the character U+{ord(match[0]):04X}", match.start())


@lru_cache(maxsize=256)
def _token_patterns(own_tags: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Patterns of tokens, each with the first character of all that it matches where that is one."""
    own = [tag for tag in own_tags if any(token in tag for token in _TOKENS)]
    if own:
        return (("", re.compile(f"{_any_of(own)}|(?P<token>{_any_of(_TOKENS)})")),)
    # With the first character fixed, a search runs at the speed of looking for that character.
    return tuple((first, re.compile(_tokens_with(first))) for first in "<[")


def _tokens_with(first: str) -> str:
    rests = [token[1:] for token in _TOKENS if token[0] == first]
    seconds = "".join(sorted({re.escape(rest[0]) for rest in rests}))
    return f"(?P<token>{re.escape(first)}(?=[{seconds}])(?:{_any_of(rests)}))"


def _any_of(literals: Iterable[str]) -> str:
    return "|".join(map(re.escape, literals))
