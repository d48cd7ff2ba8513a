"""Cuts normalised text into tokens: numbers, names, commands, words and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from verifiers.rules.math_answer.bound import MAX_TOKENS
from verifiers.rules.math_answer.reading.tree import Unreadable
from verifiers.rules.math_answer.reading.vocabulary import (
    ALIASES,
    FUNCTIONS,
    GREEK,
    SEPARATOR_WORDS,
    SHORT_WORDS,
    TEXT,
    word_set,
)


class Kind(StrEnum):
    NUMBER = "number"
    REPEATING = "repeating"  # 0.(3), as 0.|3
    BASED = "based"  # digits|base
    NAME = "name"
    COMMAND = "command"
    WORD = "word"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    is_spaced: bool = False  # white space stands before it


_GROUPED = r"[1-9]\d{0,2}(?:,\d{3})+(?!\d)(?:\.\d+)?"
_SCAN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<repeating>\d*\.\d*\\dot\{\d\}\d*\\dot\{\d\}
      | \d*\.\d*(?:\\(?:overline|bar|dot)\s*\{\d+\}|\(\d+\)(?=\s*(?:$|[,;%)]))))
  | (?P<based>(?:\((?=[0-9A-F]+\)_))?(?:[0-9]+|(?<![A-Za-z\\])[0-9A-F]{2,12}(?=\)?_\{?1[126]\b))\)?_
      (?:\{\s*(?:\\(?:text|mathrm)\{)?\s*(?:\d{1,2}|[a-z]+)\s*\}?\s*\}|\d{1,2}|\\text\{\s*[a-z]+\s*\}))
  | (?P<number>GROUPED|\d+(?:\.\d+)?|\.\d+)
  | (?P<text>\\(?:WORDING)\*?\s*(?=\{))
  | (?P<dots>\.\.\.|\\[lc]?dots[cbmoi]?(?![A-Za-z]))
  | (?P<command>\\[A-Za-z]+)
  | (?P<row>\\\\(?:\[[^\]]*\])?)
  | (?P<escaped>\\[^A-Za-z])
  | (?P<label>[A-Z][a-z]{2}(?=\s*:))
  | (?P<letters>[A-Za-z]+)
  | (?P<script>[^\W\d_A-Za-z]+)
  | (?P<relation><=|>=|!=|==|:=|=<)
  | (?P<sign>.)
    """.replace("WORDING", "|".join(sorted(TEXT))).replace("GROUPED", _GROUPED),
    re.VERBOSE | re.DOTALL,
)  # fmt: skip
_UNGROUPED = re.compile(_SCAN.pattern.replace(_GROUPED, r"\d+(?:\.\d+)?"), re.VERBOSE | re.DOTALL)
_RUN = re.compile(
    r"infinity|infty|oo(?![a-z])|pi(?![a-z])|" + "|".join(sorted(FUNCTIONS | set(ALIASES), key=len, reverse=True))
)


def tokens_of(text: str, grouped: bool = True) -> list[Token]:
    """Return the tokens of `text`, closed by END. With `grouped`, `1,234` is one number, else two.

    Raises:
        Unreadable: too many tokens, or a text command that never closes.
    """
    found = list(_scan(text, _SCAN if grouped else _UNGROUPED, in_text=False))
    if len(found) > MAX_TOKENS:
        raise Unreadable(f"more than {MAX_TOKENS} tokens")
    return [*found, Token(Kind.END, "")]


def _scan(text: str, pattern: re.Pattern[str], in_text: bool) -> list[Token]:
    found: list[Token] = []
    position, spaced = 0, False
    while position < len(text):
        match = pattern.match(text, position)
        if match is None:  # the last alternative takes any character
            raise Unreadable("a character that is none")
        position, kind = match.end(), match.lastgroup
        if kind == "space":
            spaced = True
            continue
        if kind == "text":
            inside, position = _braced(text, position)
            found += _wording(inside, pattern, match[0])
        elif not (in_text and match[0] in _PUNCTUATION):
            found += _one(kind or "", match[0], spaced, in_text)
        spaced = False
    return found


def _one(kind: str, text: str, spaced: bool, in_text: bool) -> list[Token]:
    if kind in ("number", "repeating", "based"):
        return [Token(Kind(kind), text, spaced)]
    if kind == "letters":
        return _letters(text, spaced, in_text)
    if kind in ("script", "label"):
        return [Token(Kind.WORD, text, spaced)]
    if kind == "command":
        return _command(text, spaced)
    if kind == "dots":
        return [Token(Kind.COMMAND, "\\dots", spaced)]
    return [Token(Kind.SIGN, "\\\\" if kind == "row" else text, spaced)]


def _command(text: str, spaced: bool) -> list[Token]:
    name = ALIASES.get(text[1:], text[1:])
    if name in GREEK:
        name = _VARIANTS.get(name, name)
        return [Token(Kind.NAME, "\\" + name, spaced)]
    glued = _RUN.match(name)
    if glued and glued[0] in FUNCTIONS and len(name) == len(glued[0]) + 1:  # \cotx
        return [Token(Kind.COMMAND, "\\" + glued[0], spaced), Token(Kind.NAME, name[-1])]
    return [Token(Kind.COMMAND, "\\" + name, spaced)]


def _letters(run: str, spaced: bool, in_text: bool) -> list[Token]:
    lower = run.lower()
    known = ALIASES.get(run, run)
    if known in FUNCTIONS or known in ("pi", "infty", "infinity", "oo", "sum", "binom"):
        return [Token(Kind.COMMAND, "\\infty" if known in ("infinity", "oo") else "\\" + known, spaced)]
    if run.lower() in GREEK:
        return [Token(Kind.NAME, "\\" + lower, spaced)]
    if lower == "u" and run == "U" and spaced:
        return [Token(Kind.NAME, "U", spaced)]
    if in_text or len(run) >= 4 or lower in SHORT_WORDS or lower in SEPARATOR_WORDS:
        return [Token(Kind.WORD, run, spaced)]
    return [Token(Kind.NAME, letter, spaced and index == 0) for index, letter in enumerate(run)]


def _wording(inside: str, pattern: re.Pattern[str], command: str) -> list[Token]:
    """Read what stands in a text command: words, though `\\mathrm{e}` and `\\mathrm{AB}` are names."""
    bare = inside.strip()
    if not bare.isalpha() or "mathrm" not in command or bare in _UNIT_LETTERS or len(bare) > 2:
        return _scan(inside, pattern, in_text=True)
    return [Token(Kind.NAME, letter) for letter in bare] if not _RUN.fullmatch(bare) else _letters(bare, False, True)


_VARIANTS = {"varphi": "phi", "varepsilon": "epsilon", "vartheta": "theta"}
_PUNCTUATION = frozenset(".!?\"'`")
_UNIT_LETTERS = word_set("m g s h L l J N W V K A cm km mm kg ml mL Hz Pa in ft mi dm")


def _braced(text: str, start: int) -> tuple[str, int]:
    depth = 0
    for position in range(start, len(text)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if depth == 0:
                return text[start + 1 : position], position + 1
    raise Unreadable("a text command never closes")
