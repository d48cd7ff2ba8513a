"""LaTeX as MathML, for the page: a tree of the few elements that draw formulas, safe to build from any text.

The library is not trusted with hostile text: it passes on markup, styles and addresses. Only known elements come
through, of their attributes only those that draw, and of all else only its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias
from xml.etree import ElementTree

import latex2mathml.exceptions
from latex2mathml.converter import convert

MAX_CHARS = 400  # measured: below 0.05 s whatever they are
MAX_DEPTH = 60
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
ELEMENTS = frozenset(
    {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mpadded", "mphantom", "menclose", "mfenced"}
    | {"msup", "msub", "msubsup", "mfrac", "msqrt", "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd"}
)
ATTRIBUTES = frozenset(
    {"display", "mathvariant", "stretchy", "fence", "form", "separator", "columnalign", "accent", "linethickness"}
)

WORDS_INSIDE = re.compile(r"\\(text|mathrm|operatorname)\{[^{}]*\}|\\[A-Za-z]+")
SENTENCE = re.compile(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}|\$")  # drawn as letters in a row, which nobody could read

Tree: TypeAlias = "str | list[object]"  # text, or [element, attributes, children]

_ITS_OWN: tuple[type[Exception], ...] = tuple(
    kind
    for kind in vars(latex2mathml.exceptions).values()
    if isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == latex2mathml.exceptions.__name__
)
# What it raises on text that is no LaTeX: its own errors have no common ancestor, and others slip through.
UNREADABLE: tuple[type[Exception], ...] = (
    *_ITS_OWN,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    StopIteration,
    RecursionError,
    ElementTree.ParseError,
)


def typeset(latex: str) -> Tree | None:
    """Return the formula as a tree; None where it is too long, a sentence, or no LaTeX that could be drawn."""
    text = latex.strip().strip("$").strip()
    if not text or len(text) > MAX_CHARS or SENTENCE.search(WORDS_INSIDE.sub("", text)):
        return None
    try:
        drawn = ElementTree.fromstring(convert(text))
    except UNREADABLE:
        return None
    return next(iter(_kept(drawn, MAX_DEPTH)), None)


def _kept(element: ElementTree.Element, depth: int) -> Iterator[Tree]:
    if depth == 0:
        return
    name = element.tag.removeprefix(NAMESPACE)
    if name not in ELEMENTS:
        yield "".join(element.itertext())
        return
    inside: list[object] = [element.text] if element.text else []
    for child in element:
        inside += _kept(child, depth - 1)
        inside += [child.tail] if child.tail else []
    yield [name, {name: value for name, value in element.attrib.items() if name in ATTRIBUTES}, inside]
