"""Compares answers in words: case, articles, punctuation and LaTeX dress folded; lists in any order."""

from __future__ import annotations

import re

from verifiers.rules.math_answer.kinds.spelled import spelled_number

_DRESS = re.compile(r"\\(?:text(?:bf|it|rm|sf|tt)?|mathrm|mathbf|mbox|operatorname)\s*\{([^{}]*)\}")
_COMMANDS = re.compile(r"\\(?:quad|qquad|cdot(?!s)|[,;:! ])")
_DOTS = re.compile(r"\\[lc]?dots")
_ARTICLES = re.compile(r"\b(?:the|an?)\s+(?=[a-z]{3})")
_CAPITALISED = re.compile(r"(?<![\\A-Za-z])(?:[A-Za-z]{3,}|[A-Z][a-z])(?![A-Za-z])")
_FORMULA = re.compile(r"[\d\\^_=+/<>|]")
_QUOTES = re.compile(r"[\"“”`*{}]")
_EXCLAIMED = re.compile(r"(?<=[a-z]{2})[!?]+$")
_PROPER = re.compile(r"\b[A-Z][a-z]{2,}\b")
_SPACES = re.compile(r"\s+")
_OPTION = re.compile(r"^[\s({\[]*([A-Z])\s*(?:[)\]}.:]|$)\s*")
_SAID_FIRST = re.compile(r"(yes|no|true|false)\s*[,.;:]\s*(?=[a-z])")
_TAKEN_BACK = re.compile(
    r"\b(?:yes|no|true|false|or|but|if|unless|except|however|maybe|perhaps|although|though|actually|wait|otherwise)\b"
)
_DENIED = re.compile(r"\b(?:not|never|negative|wrong|incorrect|hardly)\b|n't\b")
_CHOICE = re.compile(
    r"^\s*(?:the\s+)?(?:correct\s+)?(?:option|choice|answer|选项?)\s*:?\s*(?=[({\[]?[A-J](?![A-Za-z]))", re.IGNORECASE
)
_OPTION_BEFORE = re.compile(r"\s*(?:\(([A-J])\)|([A-J])[.):])\s*(?=\S)")
_ANOTHER_OPTION = re.compile(r"\([A-J]\)|\b[A-J][.):]|(?:\bor\b|\band\b|\bnot\b|[,;/&])\s*[({\[]*[A-J]\b")
_LETTER = re.compile(r"[\s({\[]*([A-Za-z])[\s)\]}.:]*")
_LETTERS = re.compile(r"[A-H](?:(?:\s*(?:,|;|、|\band\b|\s)\s*)?[A-H]){1,7}")
_MEANINGS = (
    {"no solution", "no solutions", "no real solution", "no real solutions", "none", "\\emptyset",
     "\\varnothing",
     "empty set", "\\{\\}", "{}", "there is no solution", "there are no solutions", "无解"},
    {"infinitely many", "infinite", "infinity", "\\infty", "infinitely many solutions", "infinite solutions",
     "infinitely many values"},
    {"undefined", "does not exist", "dne", "not defined", "不存在"},
    {"yes", "true", "是", "对", "correct"},
    {"no", "false", "否", "错", "incorrect"},
    {"all real numbers", "\\mathbb{r}", "all reals", "(-\\infty,\\infty)", "(-\\infty, \\infty)", "all real",
     "\\mathbb{R}", "\\mathbb R", "any real number", "every real number", "全体实数", "所有实数", "实数"},
)  # fmt: skip


def folded(text: str) -> str:
    """Return the words of `text` without dress, articles and end punctuation, in lower case.

    Single letters keep their case and their place: they may be variables.
    """
    for _ in range(3):
        text = _DRESS.sub(r" \1 ", text)
    text = _DOTS.sub("...", _COMMANDS.sub(" ", text.replace("$", " ")))
    text = _CAPITALISED.sub(lambda word: word[0].lower(), text)
    text = _ARTICLES.sub("", text)
    if not _FORMULA.search(text):
        text = _QUOTES.sub("", text)
    text = _SPACES.sub(" ", text).strip()
    text = text.rstrip(" .,;:") if not text.endswith("...") else text
    text = _EXCLAIMED.sub("", text)
    return re.sub(r"\s*([,;:()])\s*", r"\1", text)


def same_words(gold: str, answer: str) -> bool:
    """Say whether both texts say the same, as words or as a list of words in any order."""
    left, right = folded(gold), folded(answer)
    if not left or not right:
        return False
    if left == right or _means_the_same(left, right):
        return True
    items, others = _items(left), _items(right)
    return len(items) > 1 and sorted(items) == sorted(others)


def _means_the_same(left: str, right: str) -> bool:
    left, right = _said_first(left), _said_first(right)
    return any(left in meaning and right in meaning for meaning in _MEANINGS)


def _said_first(text: str) -> str:
    """Return the yes or no that a sentence begins with, where the rest takes nothing back: 'no, it is not'."""
    match = _SAID_FIRST.match(text)
    if match is None or _TAKEN_BACK.search(text, match.end()):
        return text
    return text if match[1] in ("yes", "true") and _DENIED.search(text, match.end()) else match[1]


def _items(text: str) -> list[str]:
    return [item.strip() for item in re.split(r",|;|\band\b|、|和", text) if item.strip()]


def is_plain_words(text: str) -> bool:
    """Say whether `text` is words alone, without figures and formulas; `ab` and `p - q` are formulas."""
    bare = folded(text)
    runs = re.findall(r"[^\W\d_]+", bare)
    if not runs or re.search(r"[\d\\^_=+<>|/*$%]", bare):
        return False
    return "\\text" in text or any(len(run) >= 4 or not run.isascii() for run in runs) or bool(_PROPER.search(text))


def option_letter(text: str) -> str:
    """Return the letter of an option: `B`, `(b)`, `\\text{(B)}`; nothing where it is none, or a variable such as n."""
    match = _LETTER.fullmatch(_undressed(text))
    return match[1].upper() if match and (match[1].isupper() or text.strip() != match[1]) else ""


def chosen_option(text: str) -> str:
    """Return the letter that an answer chooses, though it may go on: `(B) 5`, `C. Paris`."""
    text = _undressed(text)
    match = _OPTION.match(text)
    return match[1] if match and not _ANOTHER_OPTION.search(text, match.end()) else ""


def without_option(text: str) -> str:
    """Return what follows the option's letter in `(B) 5`, else nothing."""
    text = _undressed(text)
    match = _OPTION_BEFORE.match(text)
    rest = text[match.end() :] if match else ""
    return "" if _OPTION_BEFORE.match(rest) else rest


def number_word(text: str) -> str:
    """Return the number that words spell, in digits."""
    return spelled_number(folded(text).lower()) if text[:1].isalpha() or text[:2] == "\\t" else ""


def option_letters(text: str) -> str:
    """Return the letters of several options: `AC` of `A, C`, `A and C` and `AC`."""
    match = _LETTERS.fullmatch(_undressed(text))
    letters = re.sub(r"\band\b|[^A-H]", "", match[0]) if match else ""
    return letters if len(letters) > 1 and sorted(set(letters)) == list(letters) else ""


def _undressed(text: str) -> str:
    for _ in range(3):
        text = _DRESS.sub(r" \1 ", text)
    return _CHOICE.sub("", text.replace("$", " ").replace("\\ ", " ")).strip()
