"""Finds an answer that stands in no box: stated in a sentence, or the whole of a short part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

MAX_STATED_CHARS = 600
MAX_JOINT_CHARS = 120
MAX_LEAD_CHARS = 40  # what may stand before the keyword of a statement: `## Final `

_STATEMENT = re.compile(
    r"""
    \b(?:final\s+)?answers?\b(?:\s{1,8}to\s[^.\n$\\]{1,60}?)?\s{0,8}(?:\*\*)?\s{0,8}
      (?:(?:is|are|equals|(?:would|will|must|should|has\s+to)\s+be|to\s+be)\b
           (?:\s{0,8},?\s{0,8}\b(?:therefore|thus|then|hence|simply|just|indeed|exactly|clearly|now)\b\s{0,8},?)?\s{0,8}[:：]?
         |[:：=]|(?=\$|\\\(|\\\[))
    | (?:^|\n)[ \t#*_]{0,8}(?:final\s+)?answer[ \t*_]{0,8}\n
    | \#\#\#\#
    | (?:^|\n)[ \t]*A[ \t]*[:：](?=[^\n]*\s*\Z)
    | (?:最终|最后|正确)?答案\s*(?:[:：]|(?:是|为|等于)\s*[:：]?)
    | 答\s*[:：] | 故选\s*[:：]?
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One of these is in every statement, and finding them is fast.
_KEYWORD = re.compile(r"[aA][nN][sS][wW][eE][rR]|####|(?:^|\n)[ \t]*[aA][ \t]*[:：]|答|故选")
# Where a sentence ends: a stop that no digit follows, so that 3.14 stays whole.
_SENTENCE_END = re.compile(r"(?:[.!?](?=\s+[A-Z\"(]|\s*$)|。|(?<=[^\d\s])[.!?](?=\s)|<\|)")
_COPULA = re.compile(r"\b(?:is|are|equals|be)\b\s*[:：]?")
_DOUBTED = re.compile(
    r"\b(?:not|cannot|never|nor|neither|may|might|could|unlikely(?:\s+to)?)\s+$|n['’]t\s+$", re.IGNORECASE
)
# What the first of two answers of one sentence is followed by: 'it is 6 or it is 5'.
_HEDGE = re.compile(r"[\d}$]\s*(?:,\s*)?(?:or|and|;)")
_DISPLAY = re.compile(r"\$\$(.+?)\$\$|\\\[(.+?)\\\]|\\\((.+?)\\\)|\$([^$]+)\$", re.DOTALL)
# What may follow the formula that was stated, and changes nothing: ", as required."
_REMARK = re.compile(r"\s*,\s+(?!or\b|and\b|not\b)[A-Za-z ]{1,60}[.!]?\s*")
_CONNECTIVE = re.compile(r"^(?:therefore|thus|so|hence|then|finally|consequently)\b,?\s+", re.IGNORECASE)
_FIGURE = re.compile(r"[\d\\$]")
_NUMBER = re.compile(r"(?:\\?[$€£¥]\s?)?-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:/\d+)?")
# What makes a sentence with one number no plain claim, or more than one.
_NO_CLAIM = re.compile(
    r"[=<>+*^_\[\]{}()?;:|±≈]|\b(?:not|no|nor|never|or|and|wrong|incorrect|false|maybe|perhaps|possibly|guess|between|least|most|than|if"
    r"|unless|either|neither|could|might|may|can|cannot|one|two|three|four|five|six|seven|eight|nine|ten|half|over|under|times|plus"
    r"|minus|negative|below|above|except|but|until|from|to|squared?|cubed?|root|power|factorial|inverse|reciprocal|doubles?|twice|triple"
    r"|third|quarter|hundred|thousand|million|billion|dozen|percent|more|less|fewer|another|almost|nearly|roughly|about|approximately"
    r"|unlikely|nobody|none|nothing|hardly|step|question|problem|exercise|chapter|part|page|line|equation|case|figure|option|choice"
    r"|loses?|lost|lacks?|misses|add|subtract)\b|n['’]t\b|\d\s*(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_WORDS_BEFORE = re.compile(r"\s*[A-Za-z'’]{1,30},?\s[A-Za-z,'’ ]{1,200}\s$")  # two words at least: who, and does what
_VERB = re.compile(r"\s(?:is|are|was|were|has|have|will)\b|['’,](?=\s)")
_OPENERS = re.compile(r"\s*(?:\*\*|__|[\"'“:：=]|\s)*")


@dataclass(frozen=True, slots=True)
class Candidate:
    """The text to judge and its span in the answer part; `several` says that it is a list of separate answers.

    Without an answer `text` is None and `how` says why.
    """

    text: str | None
    start: int
    end: int
    how: str
    several: bool = False
    wider: str = ""  # the list that this box ends, where its members are named: `x = \\boxed{1}` and `y = \\boxed{2}`


def stated(part: str) -> Candidate | None:
    keyword = _KEYWORD.search(part)
    if keyword is None:
        return None
    statements = list(_STATEMENT.finditer(part, max(0, keyword.start() - MAX_LEAD_CHARS)))
    if not statements:
        return None
    last = statements[-1]
    start, end = _statement_span(part, last.end())
    if start == end:
        return None
    how = f"the statement after '{last.group().strip()}'"
    earlier = _same_sentence(part, statements)
    if earlier:
        return Candidate(f"{earlier}, {part[start:end]}", start, end, how, several=True)
    return Candidate(part[start:end], start, end, how)


def _same_sentence(part: str, statements: list[re.Match[str]]) -> str:
    """Return the answer stated just before the last one, where "and" or "or" joins both: 'the answer is 3 or ...'."""
    if len(statements) < 2:
        return ""
    between = part[statements[-2].end() : statements[-1].start()]
    if len(between) > MAX_JOINT_CHARS:
        return ""
    joined = re.fullmatch(
        r"([^\n。]{1,80}?)\s*(?:,|\bor\b|\band\b|或|和)(?:\s*(?:the|my|else|maybe|perhaps))*\s*", between
    )
    if joined is None or _SENTENCE_END.search(joined[1]):
        return ""
    return joined[1].strip()


def _statement_span(part: str, start: int) -> tuple[int, int]:
    """Return the span of what is stated from `start` on: a formula on display, or the rest of the sentence."""
    opener = _OPENERS.match(part, start)
    start = opener.end() if opener else start
    display = _DISPLAY.match(part, start)
    if display and part[start : start + 2] in ("$$", "\\["):
        return _stripped(part, *display.span(display.lastindex or 0))
    line_end = part.find("\n", start)
    end = min(len(part) if line_end < 0 else line_end, start + MAX_STATED_CHARS)
    if display and _REMARK.fullmatch(part, display.end(), end):
        return _stripped(part, *display.span(display.lastindex or 0))
    stop = _SENTENCE_END.search(part, start, end)
    end = stop.start() if stop else end
    return _stripped(part, _after_copula(part, start, end), end)


def _after_copula(part: str, start: int, end: int) -> int:
    """Skip the words of 'Final answer: The number of points in $D$ is 19' up to the answer itself."""
    copulas = list(_COPULA.finditer(part, start, end))
    for before, copula in pairwise(copulas):
        if _HEDGE.search(part, before.end(), copula.start()):
            return before.end()
    if copulas and _DOUBTED.search(part, start, copulas[-1].start()):
        return start
    for copula in reversed(copulas):
        if part.count("$", copula.end(), end) % 2 == 0 and part[copula.end() : end].strip():
            return copula.end()
    return start


def _stripped(part: str, start: int, end: int) -> tuple[int, int]:
    while start < end and part[start] in " \t\n*\"'“”`":
        start += 1
    while end > start and part[end - 1] in ' \t\n*"“”`.。':
        end -= 1
    return start, end


def whole(part: str) -> Candidate:
    """Take a short part as the answer, or the formula that its one sentence is about."""
    text = part.strip()
    start = len(part) - len(part.lstrip())
    says = _only_formula(text) or _end_of_sentence(text)
    return Candidate(says, start, start + len(text), "the whole answer part, for it is short")


def _only_formula(text: str) -> str:
    """Return the one formula of a sentence such as 'So $x < 5$ is the solution.', else nothing."""
    formulas = list(_DISPLAY.finditer(text))
    if len(formulas) != 1:
        return ""
    around = text[: formulas[0].start()] + text[formulas[0].end() :]
    if re.search(r"\d|\\|\bor\b|\band\b|\bnot\b|[%°=<>]|percent", around) or not re.search(r"[A-Za-z]{3}", around):
        return ""
    return formulas[0][formulas[0].lastindex or 0].strip()


def _conclusion(text: str) -> str:
    """Return the last line where it draws the conclusion of the others: 'So, $x = 6$.'"""
    last = text.rpartition("\n")[2].strip()
    return last if _CONNECTIVE.match(last) else text


def _end_of_sentence(text: str) -> str:
    """Return what one sentence such as 'The value is 5.' ends in, else the text itself."""
    text = _conclusion(text)
    stop = _SENTENCE_END.search(text)
    if "\n" in text or (stop and stop.end() < len(text)):
        return text
    text = _CONNECTIVE.sub("", text)
    start, end = _stripped(text, _after_copula(text, 0, len(text)), len(text))
    says = text[start:end]
    if start and says and (_FIGURE.search(says) or not _FIGURE.search(text)):
        return says
    return _only_number(text)


def _only_number(text: str) -> str:
    """Return the one number of a sentence such as 'So she makes $18 per day.' and what follows it, else the text."""
    numbers = list(_NUMBER.finditer(text))
    if len(numbers) != 1 or _NO_CLAIM.search(text) or not _WORDS_BEFORE.match(text[: numbers[0].start()]):
        return text
    return _VERB.split(text[numbers[0].start() :])[0].strip(" .")
