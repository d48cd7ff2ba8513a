"""Turns unicode mathematics into LaTeX and ASCII: `x²` into `x^{2}`, `½` into `\\frac{1}{2}`, full-width into plain."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-", "﹣": "-", "·": r"\cdot ", "∙": r"\cdot ", "⋅": r"\cdot ",
    "×": r"\times ", "✕": r"\times ", "✖": r"\times ", "÷": r"\div ", "⁄": "/", "∕": "/", "∗": "*",
    "√": r"\sqrt ", "∛": r"\sqrt[3] ", "∜": r"\sqrt[4] ", "∞": r"\infty ", "±": r"\pm ", "∓": r"\mp ",
    "≤": r"\le ", "⩽": r"\le ", "≦": r"\le ", "≥": r"\ge ", "⩾": r"\ge ", "≧": r"\ge ", "≠": r"\ne ", "≈": r"\approx ",
    "≃": r"\approx ", "≅": r"\cong ", "≡": r"\equiv ", "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∉": r"\notin ",
    "∅": r"\emptyset ", "⌀": r"\emptyset ", "∖": r"\setminus ", "→": r"\to ", "⇒": r"\Rightarrow ", "∀": r"\forall ",
    "∃": r"\exists ", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ", "∂": r"\partial ", "∠": r"\angle ",
    "△": r"\triangle ", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}", "ℕ": r"\mathbb{N}", "ℚ": r"\mathbb{Q}",
    "ℂ": r"\mathbb{C}", "∣": "|", "⟨": r"\langle ", "⟩": r"\rangle ", "〈": r"\langle ", "〉": r"\rangle ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "°": r"^{\circ}", "º": r"^{\circ}",
    "˚": r"^{\circ}", "℃": r"^{\circ}C", "℉": r"^{\circ}F", "¢": r"\text{ cents}",
     "′": "'", "’": "'", "‘": "'", "″": "''", "“": '"', "”": '"',
    "。": ".", "、": ",", "…": r"\ldots ", "⋯": r"\cdots ", "∧": r"\land ", "∨": r"\lor ", "⊥": r"\perp ",
    "∥": r"\parallel ", "ℓ": r"\ell ", "∶": ":", "\u00a0": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "",
    "\u2061": "", "\u2062": "", "\u2063": "", "\u2009": " ", "\u202f": " ", "\u2003": " ", "\u3000": " ",
}  # fmt: skip
_VULGAR = re.compile("[¼-¾⅐-⅞↉]")
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣ", "0123456789+-=()nix")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₙₖₘᵢⱼ", "0123456789+-=()aeoxnkmij")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣ]+")
_LOWERED = re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₙₖₘᵢⱼ]+")


def _greek() -> dict[str, str]:
    letters = {}
    for code in [*range(0x391, 0x3AA), *range(0x3B1, 0x3CA)]:
        words = unicodedata.name(chr(code), "").split()
        if words[:1] == ["GREEK"] and len(words) == 4:
            name = "lambda" if words[3] == "LAMDA" else words[3].lower()
            letters[chr(code)] = f"\\{name.capitalize() if words[1] == 'CAPITAL' else name} "
    return letters | {"ϕ": r"\phi ", "ϵ": r"\epsilon ", "ϑ": r"\theta "}


_TABLE = str.maketrans(_SIGNS | _greek())


def to_latex(text: str) -> str:
    """Return `text` in ASCII and LaTeX as far as it is mathematics; other scripts stay."""
    if text.isascii():
        return text
    text = _RAISED.sub(lambda run: "^{" + run[0].translate(_SUPERSCRIPTS) + "}", text)
    text = _LOWERED.sub(lambda run: "_{" + run[0].translate(_SUBSCRIPTS) + "}", text)
    text = _VULGAR.sub(_vulgar_fraction, text)
    return unicodedata.normalize("NFKC", text.translate(_TABLE)).translate(_TABLE)


def _vulgar_fraction(match: re.Match[str]) -> str:
    above, _, below = unicodedata.normalize("NFKC", match[0]).partition("⁄")
    return f" \\frac{{{above}}}{{{below}}}"
