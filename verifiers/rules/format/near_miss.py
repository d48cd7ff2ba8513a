"""Finds tags that are almost the layout's own, and tags of other layouts: what a parser would miss and a reader not.

Almost is: another case, spaces, attributes, a self-closing slash, pipes, square brackets, HTML escapes, look-alike
letters. A name between a less-than sign and a greater-than sign far away is mathematics, not a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from verifiers.rules.format.codes import Code, Findings
from verifiers.rules.format.lookalikes import DROPPED, fold, looks_like
from verifiers.rules.format.options import TOOL_TAGS, FormatOptions
from verifiers.rules.format.prepare import Prepared

VENDOR_NAMES = (
    "thinking",
    "reasoning",
    "reflection",
    "final",
    "solution",
    "thought",
    "begin_of_thought",
    "end_of_thought",
    "begin_of_solution",
    "end_of_solution",
)
TOOL_NAMES = tuple(opening.strip("<>") for opening, _ in TOOL_TAGS)

MAX_WINDOWS = 64
WINDOW_CHARS = 120
MAX_MATCHES = 10_000  # more would say nothing new

_CODES = {"near": Code.TAG_MALFORMED, "foreign": Code.FOREIGN_TAG, "tool": Code.TOOL_UNEXPECTED}
_NAME = re.compile(r"\W*(\w[\w:-]*)\W*")
_SPACE = r"[ \t\r\n|]{0,8}+[\\/]{0,2}+[ \t\r\n|]{0,8}+"
_TAIL = r"(?:[\s|]{0,8}+[\\/]?\s{0,8}+(?:>|&(?:gt|#0{0,4}62|#x0{0,4}3e);)|\s[^<>\n=]{0,80}+=[^<>\n]{0,80}+>)"


@dataclass(frozen=True, slots=True)
class _Seen:
    """Something like a tag: what kind of mistake it is, as it reads, and where, if that is known."""

    kind: str
    reading: str
    at: int | None
    is_disguised: bool = False  # other letters than those it reads as


@dataclass(frozen=True, slots=True)
class _Patterns:
    """One pattern for each first character, so that a search runs at the speed of looking for it.

    `candidate` finds in text that is not folded where one of them could begin once it is.
    """

    by_bracket: Mapping[str, re.Pattern[str]]
    candidate: re.Pattern[str]
    exact: tuple[str, ...]


def check_near_misses(options: FormatOptions, prepared: Prepared, findings: Findings) -> None:
    patterns = _patterns(_think_tags(options), _answer_tags(options), options.tool_mode == "interleaved")
    look = _in_ascii if prepared.tag_text.isascii() else _in_unicode
    for seen in look(patterns, prepared):
        findings.add(_CODES[seen.kind], f"{seen.reading[:60]!r} is no tag of this layout", seen.at)
        findings.is_disguised |= seen.is_disguised


def _in_ascii(patterns: _Patterns, prepared: Prepared) -> Iterator[_Seen]:
    text = prepared.tag_text
    for bracket, pattern in patterns.by_bracket.items():
        if prepared.has_other_angles if bracket == "<" else bracket in text:
            yield from _matches(pattern, patterns.exact, text)


def _matches(pattern: re.Pattern[str], exact: tuple[str, ...], text: str) -> Iterator[_Seen]:
    for match in islice(pattern.finditer(text), MAX_MATCHES):
        if match[0] not in exact:
            yield _Seen(match.lastgroup or "", match[0], match.start())


def _in_unicode(patterns: _Patterns, prepared: Prepared) -> Iterator[_Seen]:
    """Fold only a window behind each bracket, which keeps the places; of a text full of brackets fold all."""
    text = prepared.tag_text
    places = [match.start() for match in islice(patterns.candidate.finditer(text), MAX_WINDOWS + 1)]
    if len(places) > MAX_WINDOWS:
        yield from _in_folded(patterns, prepared)
        return
    for at in places:
        if text.startswith(patterns.exact, at):
            continue
        window = fold(text[at : at + WINDOW_CHARS])
        if match := patterns.by_bracket[window[0]].match(window):
            yield _Seen(match.lastgroup or "", match[0], at, _is_disguised(text[at : at + match.end()]))


def _is_disguised(written: str) -> bool:
    """Whether a letter stands in for another one; an invisible character between letters does not."""
    return any(not letter.isascii() and fold(letter).isalpha() and fold(letter).isascii() for letter in written)


def _in_folded(patterns: _Patterns, prepared: Prepared) -> Iterator[_Seen]:
    folded = fold(prepared.tag_text)
    for pattern in patterns.by_bracket.values():
        for seen in _matches(pattern, patterns.exact, folded):
            yield _Seen(seen.kind, seen.reading, None)
    for tag in patterns.exact:
        if folded.count(tag) > sum(found.tag == tag for found in prepared.tags):
            yield _Seen("near", tag, None)


def _think_tags(options: FormatOptions) -> tuple[str, ...]:
    """The think tags where they are in force; a tag that must not be there is in force too."""
    is_in_force = options.layout in ("think_answer", "think_only") or options.think_mode == "forbidden"
    return options.think_tags if is_in_force else ()


def _answer_tags(options: FormatOptions) -> tuple[str, ...]:
    return options.answer_tags if options.layout != "none" else ()


@lru_cache(maxsize=256)
def _patterns(think: tuple[str, ...], answer: tuple[str, ...], has_tools: bool) -> _Patterns:
    exact = think + answer + (tuple(tag for pair in TOOL_TAGS for tag in pair) if has_tools else ())
    own = {match[1].lower() for tag in exact if (match := _NAME.fullmatch(tag))}
    # Where a layout has tags of its own for thoughts or answers, the usual ones are another layout's.
    usual = {"think": think, "answer": answer}
    foreign = {*VENDOR_NAMES, *(name for name, tags in usual.items() if tags)} - own
    tools = set() if has_tools else {*TOOL_NAMES} - own
    near = _group("near", own)
    letters = "".join(sorted({name[0] for name in own | foreign | tools} | {"t"}))
    # Two looks ahead, so that `<<<<<` and `x < 5` cost next to nothing.
    opening = rf"<(?=[ \t\r\n|\\/{letters}]){_SPACE}(?=[{letters}])"
    kinds = "|".join([near, _group("foreign", foreign), _group("tool", tools)])
    sources = {
        "<": f"{opening}(?:{kinds}){_TAIL}",
        "&": f"&(?:lt|#0{{0,4}}60|#x0{{0,4}}3c);{_SPACE}{near}{_TAIL}",
        # `[answer](...)` is a link.
        "[": rf"\[(?:(?P<foreign>(?-i:/?THINK\]))|\s{{0,8}}+[\\/]?\s{{0,8}}+{near}\s{{0,8}}+/?\](?![(\[]))",
        "◁": r"(?P<foreign>◁/?think▷)",
    }
    by_bracket = {first: re.compile(source, re.IGNORECASE) for first, source in sources.items()}
    return _Patterns(by_bracket, re.compile(_candidate(letters)), exact)


def _candidate(letters: str) -> str:
    """A bracket, or what looks like one, then what a name may begin with ("x < 5" is none), or `lt;` or `#60;`."""
    first = looks_like(f"{letters}{letters.upper()}lL#", "\U0001d400-\U0001d7ff\U0001f100-\U0001f16f")
    return looks_like("<[◁&") + looks_like("|/\\\\", DROPPED + r"\s") + "{0,20}+" + first


def _group(kind: str, names: set[str]) -> str:
    """A named group of the names; of no names, one that never matches."""
    return f"(?P<{kind}>{'|'.join(map(re.escape, sorted(names))) or '(?!)'})"
