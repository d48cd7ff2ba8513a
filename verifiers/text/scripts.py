"""Which scripts a text is written in, counted in words; what is no prose (formulas, code, tags, addresses) set aside.

A word is a run of two or more Latin, Cyrillic or like letters; a Han or kana character counts 1/1.6, a Hangul syllable
1/2.5, for a segmenter finds about so many in a word. A line whose Han stands among kana is Japanese. Single letters and
numbers are no words. Letters of Han, kana, Hangul and Cyrillic inside formulas count like any other: mathematics has
none, and text hides there.

What this cannot do: tell languages that share a script apart, such as English and French.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from verifiers.text.fences import TooManyFences, fenced_blocks

# Each pattern stops at the next piece of its own kind, so that all of them are linear in the text.
_INLINE_CODE = re.compile(r"`[^`\n]{1,400}`")
_NO_PROSE = re.compile(r"https?://[^\s<>]+|www\.[^\s<>]+|</?[A-Za-z_][^<>\n]{0,100}>|<\|[^<>\n|]{1,40}\|>")
_FORMULA = re.compile(
    r"\$\$[^$]{1,4000}\$\$|\$[^$\n]{1,1000}\$"
    r"|\\\[(?:[^\\]|\\(?![\[\]])){1,4000}\\\]|\\\((?:[^\\\n]|\\(?![()])){1,1000}\\\)"
    r"|\\[A-Za-z]+"
)
_FOREIGN_IN_FORMULA = re.compile(r"[\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7afЀ-ӿ]")

_LETTERS: Mapping[str, re.Pattern[str]] = {
    "latin": re.compile(r"[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ][A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ'’]+"),
    "cyrillic": re.compile(r"[Ѐ-ԯ]{2,}"),
    "greek": re.compile(r"[Ͱ-Ͽἀ-῿]{2,}"),
    "arabic": re.compile(r"[؀-ۿݐ-ݿࢠ-ࣿ]{2,}"),
    "hebrew": re.compile(r"[֐-׿]{2,}"),
    "devanagari": re.compile(r"[ऀ-ॿ]{2,}"),
    "thai": re.compile(r"[฀-๿]{2,}"),
}
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_EAST_ASIAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af]")

CHARACTERS_PER_WORD = {"han": 1.6, "japanese": 1.6, "hangul": 2.5}
KANA_SHARE = 0.1  # a line with at least this share of kana is Japanese
SCRIPT_OF: Mapping[str, str] = {
    "zh": "han",
    "ja": "japanese",
    "ko": "hangul",
    **dict.fromkeys(("ru", "uk", "bg", "sr", "be", "mk", "kk", "mn"), "cyrillic"),
    "el": "greek",
    **dict.fromkeys(("ar", "fa", "ur"), "arabic"),
    **dict.fromkeys(("he", "yi"), "hebrew"),
    **dict.fromkeys(("hi", "mr", "ne"), "devanagari"),
    "th": "thai",
    **dict.fromkeys(
        ("en", "fr", "de", "es", "it", "pt", "nl", "pl", "cs", "sv", "da", "no", "fi", "ro", "hu", "tr", "vi", "id"),
        "latin",
    ),
}


def prose(text: str) -> str:
    """Return the text with all that is no prose blanked: as long as before, so that places stay."""
    without_code = _INLINE_CODE.sub(_blank, _without_blocks(text))
    return _FORMULA.sub(_blank_formula, _NO_PROSE.sub(_blank, without_code))


def words_by_script(text: str) -> dict[str, float]:
    """Count the words of prose in each script; scripts that do not occur are left out."""
    patterns = {"latin": _LETTERS["latin"]} if text.isascii() else _LETTERS
    counts = {script: float(len(letters.findall(text))) for script, letters in patterns.items()}
    if _EAST_ASIAN.search(text):
        counts |= _east_asian(text)
    return {script: count for script, count in counts.items() if count}


def first_other(text: str, script: str) -> tuple[int, int] | None:
    """Return the span of the first word that is not in this script, or None."""
    patterns = [letters for name, letters in _LETTERS.items() if name != script]
    if script not in ("han", "japanese"):
        patterns += [_HAN, _KANA]
    if script == "han":
        patterns.append(_KANA)
    if script != "hangul":
        patterns.append(_HANGUL)
    found = [match.span() for pattern in patterns if (match := pattern.search(text))]
    return min(found, default=None)


def _east_asian(text: str) -> dict[str, float]:
    characters = {"han": 0, "japanese": 0, "hangul": len(_HANGUL.findall(text))}
    has_kana = _KANA.search(text) is not None
    for line in text.split("\n") if has_kana else [text]:
        han, kana = len(_HAN.findall(line)), len(_KANA.findall(line)) if has_kana else 0
        is_japanese = kana > 0 and kana >= KANA_SHARE * (han + kana)
        characters["japanese"] += han + kana if is_japanese else kana
        characters["han"] += 0 if is_japanese else han
    return {script: count / CHARACTERS_PER_WORD[script] for script, count in characters.items()}


def _without_blocks(text: str) -> str:
    """Blank closed fenced blocks. A fence that never closes hides nothing, nor do thousands of them."""
    if "```" not in text and "~~~" not in text:
        return text
    try:
        blocks = [block for block in fenced_blocks(text) if block.is_closed]
    except TooManyFences:
        return text
    pieces, done = [], 0
    for block in blocks:
        start = text.rfind("\n", done, max(block.start - 1, done)) + 1 or done  # the line of the fence, with its label
        pieces += [text[done:start], " " * (block.end - start)]
        done = block.end
    return "".join([*pieces, text[done:]])


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _blank_formula(found: re.Match[str]) -> str:
    if not _FOREIGN_IN_FORMULA.search(found[0]):
        return " " * len(found[0])
    return "".join(char if _FOREIGN_IN_FORMULA.match(char) else " " for char in found[0])
