"""Reads sums, products, powers, functions and what follows a value: degrees, percent signs, units."""

from __future__ import annotations

import re
from fractions import Fraction

from verifiers.rules.math_answer.reading.functions import Functions
from verifiers.rules.math_answer.reading.measures import CURRENCIES
from verifiers.rules.math_answer.reading.tokens import Kind
from verifiers.rules.math_answer.reading.tree import Node, Op, Unreadable, negative, number
from verifiers.rules.math_answer.reading.vocabulary import (
    BIG,
    FUNCTIONS,
    OVER,
    TIMES,
    word_set,
)

_STARTS = word_set(
    "( { \\lfloor \\lceil \\frac \\dfrac \\tfrac \\cfrac \\sqrt \\binom \\dbinom \\tbinom \\pi "
    "\\infty \\langle \\lvert "
    "\\begin \\lVert \\mathbf \\boldsymbol \\vec \\overline \\bar \\hat \\overrightarrow \\widehat \\mathcal"
)
_APPLIED = word_set("f g h F G H")


MAX_FACTORS = 300
MAX_POSTFIXES = 8
MAX_SIGNS = 16


class Terms(Functions):
    """The part of the reader that knows how things combine."""

    def sum(self) -> Node:
        with self.deeper():
            terms = [self._signed()]
            while self.at("+", "-", "\\pm", "\\mp"):
                terms.append(self._dots_after("+") or self._signed())
            return terms[0] if len(terms) == 1 else Node(Op.ADD, tuple(terms))

    def _dots_after(self, *signs: str) -> Node | None:
        """Read the dots of a sum or a product; they stand between two signs, or between two factors."""
        if self.at("\\dots") or (self.at(*signs) and self.ahead().text == "\\dots"):
            self.position += 1 if self.at("\\dots") else 2
            return Node(Op.DOTS)
        return None

    def _signed(self) -> Node:
        """Read a term with the signs before it."""
        signs = []
        while self.at("+", "-", "\\pm", "\\mp"):
            signs.append(self.take().text)
            if len(signs) > MAX_SIGNS:
                raise Unreadable(f"more than {MAX_SIGNS} signs before a term")
        term = self.term()
        for sign in reversed(signs):
            if sign == "-":
                term = negative(term)
            elif sign != "+":
                term = Node(Op.PM, (term,), sign[1:])
        return term

    def term(self) -> Node:
        value = self.factor()
        for _ in range(MAX_FACTORS):
            dots = self._dots_after(*TIMES)
            if dots:
                value = _joined(Op.MUL, value, dots)
            elif self.at(*TIMES):
                self.take()
                value = _joined(Op.MUL, value, self._factor_after_sign())
            elif self.at(*OVER):
                self.take()
                value = _joined(Op.DIV, value, self._factor_after_sign())
            elif self.at("\\bmod", "\\mod", "\\pmod"):
                self.take()
                value = Node(Op.MODULO, (value, self.argument()))
            elif self.multiplies():
                value = self._times_next(value)
            else:
                return self._with_words(value)
        raise Unreadable(f"a product of more than {MAX_FACTORS} factors")

    def _factor_after_sign(self) -> Node:
        sign = self.at("-") and self.take()
        value = self.factor()
        return negative(value) if sign else value

    def multiplies(self) -> bool:
        """Say whether what comes next is multiplied without a sign."""
        token = self.token
        if token.kind is Kind.NAME:
            return True
        if token.kind in (Kind.NUMBER, Kind.REPEATING):
            return self.position > 0 and self.tokens[self.position - 1].kind is not Kind.NUMBER
        if token.kind is Kind.COMMAND and token.text[1:] in FUNCTIONS:
            return True
        if self.at("|") and not self.bars:
            return True
        return self.at(*_STARTS) and not self._at_clause_in_brackets()

    def _at_clause_in_brackets(self) -> bool:
        """Say whether `(k \\in \\mathbb{Z})` or `(apples)` comes next."""
        following = self.ahead()
        return self.at("(") and (
            following.kind is Kind.WORD or (following.kind is Kind.NAME and self.ahead(2).text == "\\in")
        )

    def _times_next(self, value: Node) -> Node:
        following = self.factor()
        if _is_mixed(value, following):
            return Node(Op.ADD, (value, following))
        return _joined(Op.MUL, value, following)

    def factor(self) -> Node:
        with self.deeper():
            token = self.token
            if token.text in CURRENCIES and token.kind is Kind.SIGN:
                self.take()
                return Node(Op.UNIT, (self._factor_after_sign(),), CURRENCIES[token.text])
            if token.kind is Kind.COMMAND and token.text[1:] in FUNCTIONS and token.text != "\\sqrt":
                return self._function()
            if token.kind is Kind.COMMAND and token.text[1:] in BIG:
                return self._big_operator()
            return self.power()

    def power(self) -> Node:
        if self._is_mixed_ahead():
            return self._mixed_number()
        base = self.postfixed(self._applied(self.atom()))
        if not self.at("^"):
            return base
        self.take()
        if self._accept_circle():
            return self._angle(base)
        exponent = self.exponent()
        if base.data in _APPLIED and exponent == negative(number(1)) and self.at("("):
            return self._applied(Node(Op.NAME, (), f"{base.data}'inverse"))
        return self.postfixed(Node(Op.POW, (base, exponent)))

    def exponent(self) -> Node:
        if self.at("+", "-"):
            sign = self.take().text
            exponent = self.factor()
            return negative(exponent) if sign == "-" else exponent
        # TeX would take one digit; whoever writes 2^10 means ten.
        exponent = self.atom() if self.token.kind is Kind.NUMBER else self.argument()
        if self.at("^"):  # x^y^z, from the right
            self.take()
            return Node(Op.POW, (exponent, self.exponent()))
        return exponent

    def _applied(self, base: Node) -> Node:
        if base.op is not Op.NAME or re.split("['_]", base.data)[0] not in _APPLIED or not self.at("("):
            return base
        inside = self.atom()
        arguments = inside.args if inside.op is Op.TUPLE else (inside,)
        return Node(Op.CALL, arguments, "?" + base.data)

    def postfixed(self, value: Node) -> Node:
        for _ in range(MAX_POSTFIXES):
            if self.at("!") and not self._at_unequal():
                self.take()
                value = Node(Op.FACTORIAL, (value,))
            elif self.at("\\%", "%"):
                self.take()
                value = Node(Op.PERCENT, (value,))
            elif self.at("\\degree"):
                self.take()
                value = self._angle(value)
            else:
                return value
        raise Unreadable(f"more than {MAX_POSTFIXES} signs after a value")

    def _is_mixed_ahead(self) -> bool:
        texts = [self.ahead(step) for step in range(4)]
        return (
            [token.kind for token in texts] == [Kind.NUMBER, Kind.NUMBER, Kind.SIGN, Kind.NUMBER]
            and texts[2].text == "/"
            and all(token.text.isdigit() for token in (texts[0], texts[1], texts[3]))
            and int(texts[1].text) < int(texts[3].text)
        )

    def _mixed_number(self) -> Node:
        whole, above, _, below = (self.take().text for _ in range(4))
        return number(int(whole) + Fraction(int(above), int(below)))


def _joined(op: Op, value: Node, following: Node) -> Node:
    """Add a factor or a divisor to a product or a quotient without nesting it deeper."""
    return Node(op, (*value.args, following)) if value.op is op else Node(op, (value, following))


def _is_mixed(value: Node, following: Node) -> bool:
    """Say whether `1\\frac{1}{2}` stands here: a whole number before a proper fraction of two whole numbers."""
    if value.op is not Op.NUMBER or following.op is not Op.DIV or "." in value.data or value.number <= 0:
        return False
    above, below = following.args
    both = above.op is Op.NUMBER and below.op is Op.NUMBER and above.data.isdigit() and below.data.isdigit()
    return both and 0 < above.number < below.number
