"""Folds characters that look like ASCII onto the ASCII they look like, so that a disguised tag can be read.

Covers compatibility forms (full-width, mathematical, circled), accents, and the letters and brackets of other scripts
that pass for Latin ones. Does not cover digits written for letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from verifiers.rules.format.characters import FORMAT_CHARACTERS

# Where Unicode keeps letters and brackets whose decomposition is ASCII.
_COMPATIBILITY_RANGES = (
    (0xA0, 0x250),
    (0x1D00, 0x1DC0),
    (0x1E00, 0x1F00),
    (0x2000, 0x2500),
    (0xFE50, 0xFE70),
    (0xFF01, 0xFF5F),
    (0x1D400, 0x1D800),
    (0x1F100, 0x1F170),
)
_LOOKALIKES = {
    "<": "‹〈⟨《˂ᐸ❮≺❬⧼",
    ">": "›〉⟩》˃ᐳ❯≻❭⧽",
    "/": "∕⁄╱⧸",
    "[": "【〔⟦",
    "]": "】〕⟧",
    "_": "ˍ",
    "|": "ǀ∣│",
    "a": "аɑα",
    "b": "ЬƄ",
    "c": "сϲᴄ",
    "d": "ԁժ",
    "e": "еҽє",
    "f": "ƒ",
    "g": "ɡց",
    "h": "һհн",
    "i": "іɩιıӏ",
    "j": "јϳ",
    "k": "кκĸ",
    "l": "ӏاⅼ",
    "m": "мᴍ",
    "n": "ոռпη",
    "o": "оοօσᴏ",
    "p": "рρ",
    "q": "ԛզ",
    "r": "гᴦ",
    "s": "ѕꜱ",
    "t": "тτᴛ",
    "u": "υսᴜ",
    "v": "νѵᴠ",
    "w": "ѡաᴡԝω",
    "x": "хχ",
    "y": "уγү",
    "z": "ᴢ",
    "A": "АΑ",
    "E": "ЕΕ",
    "H": "НΗ",
    "I": "ІΙ",
    "K": "КΚ",
    "N": "Ν",
    "S": "Ѕ",
    "T": "ТΤ",
}
DROPPED = f"{FORMAT_CHARACTERS}\u200c\u200d\u0300-\u036f\ufe00-\ufe0f"  # as inside a regular expression's class
_TABLE_SIZE = 0x20000  # no character above it folds; of those, tags and variation selectors are left as they are


def fold(text: str) -> str:
    """Return `text` with look-alikes written in ASCII, and invisible characters and accents dropped."""
    # Not `unicodedata.normalize`: a long run of accents makes it take quadratic time.
    return text if text.isascii() else text.translate(_table())


@lru_cache(maxsize=1)
def _table() -> list[int | None]:
    """A list, not a dict: a dict's misses raise inside of `translate`, which makes ordinary text ten times as slow."""
    table: list[int | None] = list(range(_TABLE_SIZE))
    for code, plain in _pairs():
        table[code] = ord(plain)
    for dropped in re.finditer(f"[{DROPPED}]", "".join(map(chr, range(_TABLE_SIZE)))):
        table[ord(dropped[0])] = None
    return table


def _pairs() -> Iterator[tuple[int, str]]:
    for start, stop in _COMPATIBILITY_RANGES:
        for code in range(start, stop):
            plain = unicodedata.normalize("NFKD", chr(code))[0]
            if "!" <= plain <= "~":
                yield code, plain
    for plain, lookalikes in _LOOKALIKES.items():
        yield from ((ord(char), plain) for char in lookalikes)


def looks_like(plain: str, more: str = "") -> str:
    """Return a regular expression's class of `plain`, of what folds onto it in the basic plane, and of `more`.

    Single characters above the basic plane would cost the class its speed: a caller that needs them adds their range.
    """
    lookalikes = "".join(re.escape(chr(code)) for code, to in _pairs() if to in plain and code < 0x10000)
    return f"[{lookalikes}{re.escape(plain)}{more}]"
