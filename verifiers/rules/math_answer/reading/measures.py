"""Reads what follows a value and measures it: units in words, currencies, degrees with their minutes."""

from __future__ import annotations

import re
from fractions import Fraction

from verifiers.rules.math_answer.reading.atoms import Atoms
from verifiers.rules.math_answer.reading.tokens import Kind
from verifiers.rules.math_answer.reading.tree import Node, Op, Unreadable, number
from verifiers.rules.math_answer.reading.vocabulary import (
    CHANGING_WORDS,
    CLAUSE_WORDS,
    DEGREE_WORDS,
    NUMBER_WORDS,
    PART_WORDS,
    PERCENT_WORDS,
    PLURAL_SCALES,
    RADIAN_WORDS,
    SCRIPT_MORE,
    SCRIPT_SCALES,
    SEPARATOR_WORDS,
    UNTRUE_WORDS,
)

_SCALE = re.compile(r"百(?!分)|千(?![米克瓦卡升赫伏])|万|亿")  # 千米 and 千克 are units, 千元 is a thousand
CURRENCIES = {"\\$": "dollar", "$": "dollar", "€": "euro", "£": "pound", "¥": "yuan", "￥": "yuan"}


class Measures(Atoms):
    """The part of the reader that knows units."""

    def _with_words(self, value: Node) -> Node:
        words: list[str] = []
        in_brackets = self.ahead().kind is Kind.WORD and self.accept("(")
        while self._is_unit_word() or self._accept_dot(words) or (words[-1:] == ["/"] and self.token.kind is Kind.NAME):
            word = self.take().text
            words += [CURRENCIES.get(word, word), *self._unit_power()]
        if in_brackets:
            self.expect(")")
        if not words:
            return value
        value = _measured(value, words)
        if value.op is Op.UNIT and self.token.kind is Kind.NUMBER:  # 2 hours 30 minutes
            return Node(Op.ADD, (value, self.term()))
        return value

    def _accept_dot(self, words: list[str]) -> bool:
        """Skip the dot of `N\\cdot m`."""
        return bool(words) and self.ahead().kind is Kind.WORD and self.accept("\\cdot")

    def _is_unit_word(self) -> bool:
        token = self.token
        if token.kind is Kind.WORD:
            is_ratio = token.text == "to" and self.ahead().kind is Kind.NUMBER
            return not is_ratio and token.text.lower() not in (*SEPARATOR_WORDS, *CLAUSE_WORDS)
        if token.kind is Kind.SIGN and token.text in CURRENCIES:
            return True
        following = self.ahead()
        return self.at("/") and (
            following.kind is Kind.WORD or (following.text in "hs" and following.kind is Kind.NAME)
        )

    def _unit_power(self) -> list[str]:
        if not self.at("^"):
            return []
        self.take()
        exponent = self.argument()
        if exponent.op is Op.NUMBER or (exponent.op is Op.NEG and exponent.args[0].op is Op.NUMBER):
            sign = "-" if exponent.op is Op.NEG else ""
            return [f"^{sign}{(exponent.args or (exponent,))[0].data}"]
        raise Unreadable("a word with a power that is no number")

    def _accept_circle(self) -> bool:
        if self.accept("\\circ", "\\degree", "\\textcirc"):
            return True
        if self.at("{") and self.ahead().text in ("\\circ", "\\degree") and self.ahead(2).text == "}":
            self.position += 3
            return True
        return False

    def _angle(self, degrees: Node) -> Node:
        """Read what follows a degree sign: minutes and seconds, or the scale of a temperature."""
        for part in (60, 3600):
            if self.token.kind is Kind.NUMBER and self.ahead().text == "'":
                minutes = Fraction(self.take().text.replace(",", "")) / part
                while self.accept("'"):
                    pass
                degrees = Node(Op.ADD, (degrees, number(minutes)))
        if (
            self.token.kind in (Kind.NAME, Kind.WORD)
            and self.token.text in ("C", "F")
            and self._belongs_to_the_degree()
        ):
            return Node(Op.UNIT, (degrees,), "degree " + self.take().text)
        return Node(Op.DEGREE, (degrees,))

    def _belongs_to_the_degree(self) -> bool:
        return not self.token.is_spaced or self.ahead().kind is Kind.END


def _measured(value: Node, words: list[str]) -> Node:
    lower = words[0].lower()
    if (
        lower in CHANGING_WORDS
        or lower.endswith(SCRIPT_MORE)
        or not (UNTRUE_WORDS | set(NUMBER_WORDS)).isdisjoint(word.lower() for word in words)
    ):
        raise Unreadable("words after a value that change it")
    if _SCALE.match(lower):
        value, words = Node(Op.MUL, (value, number(SCRIPT_SCALES[lower[0]]))), [*filter(None, (lower[1:],)), *words[1:]]
    if not words:
        return value
    if lower in PERCENT_WORDS and len(words) == 1:
        return Node(Op.PERCENT, (value,))
    if lower in DEGREE_WORDS and len(words) == 1:
        return Node(Op.DEGREE, (value,))
    if lower in RADIAN_WORDS and len(words) == 1:
        return Node(Op.CALL, (value,), "rad")
    if lower in PART_WORDS:
        value = Node(Op.DIV, (value, number(PART_WORDS[lower])))
        words = words[1:]
    elif lower in PLURAL_SCALES and words[0] != "K":
        value = Node(Op.MUL, (value, number(PLURAL_SCALES[lower])))
        words = words[1:]
    return Node(Op.UNIT, (value,), " ".join(words)) if words else value
