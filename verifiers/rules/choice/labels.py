"""Reads which options a short piece of text names: by label, as in "(C)", "B, D" and "**C. Growth**", or by text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import ascii_uppercase

MAX_READ_CHARS = 600
ALL_LABELS = ascii_uppercase

_WRAPPING = re.compile(r"\\(?:text|textbf|mathrm|mathbf|rm|bf)\s*(?:\{|(?![A-Za-z]))|\\[()\[\]]|[{}$*`_]")
_SPACES = re.compile(r"\s+")
_LEAD = re.compile(
    r"(?:[\s\"'“”:：]|(?:the\s+)?(?:final\s+|correct\s+)?(?:answer|option|choice|letter)s?\b(?:\s+is\b)?|选项|选择|选)*",
    re.IGNORECASE,
)
# What may follow a bare "A" or "I" that is a label, and no article or pronoun.
_GOES_ON = r"(?=\s*(?:$|[^\sa-z])|\s+(?:because|since|as|for|which|and|or|so|with|that|is|but|if|while)\b)"
_JOINT = re.compile(
    r"(?:[,，、;/&+\s]|\b(?:and|or)\b|[或和及与])*(?:\b(?:options?|choices?|answers?)\s+)?", re.IGNORECASE
)
_LOWER = re.compile(r"\s*(?:\((?P<bracketed>[a-z])\)|(?P<lone>[a-z])[.\s]*$)")
_ALTERNATIVE = r"\b(?:or|and)\b|[或和及]"


@dataclass(frozen=True, slots=True)
class Picked:
    """The labels that a text names, in the order of the alphabet, and the places in it that the first one takes."""

    labels: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Options:
    """What may be chosen: labels from A on, and the text of each where that is known."""

    labels: str
    texts: tuple[str, ...] = ()

    @cached_property
    def by_text(self) -> dict[str, str]:
        """Labels by plain text; a text that two options share names neither."""
        plain = [plain_text(text) for text in self.texts]
        return {text: label for text, label in zip(plain, self.labels, strict=False) if text and plain.count(text) == 1}


def plain_text(text: str) -> str:
    """Fold what does not change which option is meant: width, case, spaces, markup, and the stop at the end."""
    folded = _WRAPPING.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _SPACES.sub(" ", folded).strip(" .。,;:\"'“”")


def picked(text: str, options: Options) -> Picked | None:
    """Return what `text` names from its beginning on, None where that is nothing.

    A label counts at the beginning only, and so do those that are joined to it: "A or B", "B and D", "ACD".
    """
    text = text[:MAX_READ_CHARS]
    bare = _bare(text)
    lead = _LEAD.match(bare)
    start = lead.end() if lead else 0
    whole = plain_text(bare[start:])
    if whole in options.by_text:
        return Picked(options.by_text[whole], start, len(text))
    first = _label(options.labels).match(bare, start)
    if first is None:
        return _in_lower_case(bare, start, options)
    found = {*first["label"]}
    end = first.end()
    while (joint := _JOINT.match(bare, end)) and (more := _label(options.labels).match(bare, joint.end())):
        found |= {*more["label"]}
        end = more.end()
    found.update(_also(options.labels).findall(bare, end))
    return Picked("".join(sorted(found)), first.start("label"), first.end("label"))


def _in_lower_case(bare: str, start: int, options: Options) -> Picked | None:
    """Read "(c)", or a lone "c": other letters in lower case are words."""
    alone = _LOWER.match(bare, start)
    label = "" if alone is None else (alone["bracketed"] or alone["lone"]).upper()
    return Picked(label, start, len(bare)) if label and label in options.labels else None


def labels_of(text: str, options: Options) -> str:
    """Return the labels that a whole ground truth names, or nothing."""
    found = picked(text, options)
    return found.labels if found else ""


def _bare(text: str) -> str:
    """Take markup away and fold full-width letters, each character for one, so that places stay."""
    text = "".join(folded if len(folded := unicodedata.normalize("NFKC", char)) == 1 else char for char in text)
    return _WRAPPING.sub(lambda mark: " " * len(mark[0]), text)


@lru_cache(maxsize=64)
def _label(labels: str) -> re.Pattern[str]:
    """A label in brackets, or bare where nothing around makes it a word; several in a row, as in "ACD"."""
    row = "".join(f"{label}?" for label in labels)
    one_or_more = rf"(?P<label>(?=[{labels}]{{2}}){row}(?![A-Za-z])|[{labels}])"
    return re.compile(rf"(?P<open>[(\[【])?\s*{one_or_more}(?(open)\s*[)\]】]|(?![A-Za-z0-9'’]){_GOES_ON})")


@lru_cache(maxsize=64)
def _also(labels: str) -> re.Pattern[str]:
    """Another option further on: "A. Growth or B. Decay"."""
    return re.compile(rf"(?:{_ALTERNATIVE})\s*[(（]?([{labels}])[)）.:：]")


def sequence(texts: Sequence[str]) -> Options:
    """Options A, B, C, ... with these texts."""
    return Options(ALL_LABELS[: len(texts)], tuple(texts))
