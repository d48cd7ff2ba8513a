"""Reads what stands for itself in a formula: numbers, names, fractions, roots, groups, bars, matrices."""

from __future__ import annotations

import re
from fractions import Fraction

from verifiers.rules.math_answer.reading.groups import BARS, CLOSING, ROUNDED, Groups
from verifiers.rules.math_answer.reading.tokens import Kind
from verifiers.rules.math_answer.reading.tree import EMPTY_SET, INFINITY, PI, E, I, Node, Op, Unreadable, number
from verifiers.rules.math_answer.reading.vocabulary import (
    BASE_WORDS,
    BINOMIALS,
    DRESS,
    FRACTIONS,
    SPACES,
)

_CONSTANTS = {"\\pi": PI, "\\infty": INFINITY, "\\emptyset": EMPTY_SET, "\\varnothing": EMPTY_SET}


class Atoms(Groups):
    """The part of the reader that knows single things."""

    def atom(self) -> Node:
        with self.deeper():
            return self._atom()

    def _atom(self) -> Node:
        token = self.token
        if token.kind in (Kind.NUMBER, Kind.REPEATING, Kind.BASED):
            return self._digits()
        if token.kind is Kind.NAME:
            return self._name()
        if token.kind is Kind.COMMAND:
            return self._command()
        if token.kind is Kind.SIGN:
            return self._grouped()
        raise Unreadable(f"cannot start with {token.text[:20]!r}")

    def _digits(self) -> Node:
        token = self.take()
        if token.kind is Kind.BASED:
            return _based(token.text)
        if token.kind is Kind.REPEATING:
            return _repeating(token.text)
        written = token.text.replace(",", "")
        return Node(Op.NUMBER, (), written, Fraction(written))

    def _name(self) -> Node:
        name = self.take().text
        if name in ("e", "i") and not self.at("_"):
            return E if name == "e" else I
        if name in ("\\angle", "\\triangle") and self.token.kind is Kind.NAME:
            while self.token.kind is Kind.NAME:
                name += self.take().text
        if self.accept("_"):
            name += "_" + self._script_text()
        while self.at("'") and not self.token.is_spaced:
            name += self.take().text
        return Node(Op.NAME, (), name)

    def argument(self) -> Node:
        """Read what a command takes: a braced group, one digit, or one thing."""
        if self.accept("{"):
            inside = self.sequence()
            self.expect("}")
            return inside
        if self.token.kind is Kind.NUMBER and len(self.token.text) > 1 and self.token.text.isdigit():
            return self._first_digit()
        return self.atom()

    def _first_digit(self) -> Node:
        """Split `\\frac12`: the first digit is the argument, the rest stands on its own."""
        token = self.token
        self.tokens[self.position] = type(token)(Kind.NUMBER, token.text[1:])
        return number(int(token.text[0]))

    def _command(self) -> Node:
        command = self.token.text
        if command in _CONSTANTS:
            self.take()
            return _CONSTANTS[command]
        if command == "\\lbrace" or command in CLOSING or command in BARS or command in ROUNDED:
            return self._grouped()
        self.take()
        return self._named_command(command[1:])

    def _named_command(self, name: str) -> Node:
        if name in FRACTIONS:
            above, below = self.argument(), self.argument()
            if _is_derivative(above, below):
                return Node(Op.BIG, (below.args[1], self.factor()), "derivative")
            return Node(Op.DIV, (above, below))
        if name in BINOMIALS:
            upper = self.argument()
            return Node(Op.CALL, (upper, self.argument()), "binom")
        if name == "sqrt":
            return self._root()
        if name == "mathbb":
            return self._space()
        if name in DRESS:
            return self.argument()
        if name == "begin":
            return self._environment()
        raise Unreadable(f"the command {name!r} is unknown here")

    def _root(self) -> Node:
        degree = number(2)
        if self.accept("["):
            degree = self.sum()
            self.expect("]")
        return Node(Op.POW, (self.argument(), Node(Op.DIV, (number(1), degree))), "root")

    def _space(self) -> Node:
        name = self._script_text() if self.accept("_") else self.argument().data
        if name not in SPACES:
            raise Unreadable(f"no set of numbers is called {name!r}")
        sign = ""
        if self.at("^", "_") and self.ahead().text in ("+", "-", "*", "{"):
            self.take()
            sign = self._script_text()
        return Node(Op.SPACE, (), name + sign)


def _is_derivative(above: Node, below: Node) -> bool:
    return above == Node(Op.NAME, (), "d") and below.op is Op.MUL and below.args[0] == above


def _based(text: str) -> Node:
    digits, _, base_text = text.partition("_")
    digits = digits.strip("()")
    word = re.sub(r"\\(?:text|mathrm)|[{}\s]", "", base_text)
    base = BASE_WORDS.get(word) or (int(word) if word.isdigit() else 0)
    if not 2 <= base <= 36:
        raise Unreadable(f"no base {word!r}")
    try:
        int(digits, base)
    except ValueError as error:
        raise Unreadable(f"{digits[:20]} has no value in base {base}") from error
    return Node(Op.BASED, (), digits, Fraction(base))


def _repeating(text: str) -> Node:
    """Return the value of 0.1(6), 0.1\\overline{6} or 0.\\dot{1}4\\dot{2}."""
    dotted = re.fullmatch(r"(\d*)\.(\d*)\\dot\{(\d)\}(\d*)\\dot\{(\d)\}", text)
    if dotted:
        whole, fixed, period = dotted[1], dotted[2], dotted[3] + dotted[4] + dotted[5]
    else:
        whole, fixed, period = re.fullmatch(r"(\d*)\.(\d*)\D+(\d+)\D", text).groups()  # type: ignore[union-attr]  # the scan matched it
    start = Fraction(int(whole + fixed or 0), 10 ** len(fixed))
    return number(start + Fraction(int(period), (10 ** len(period) - 1) * 10 ** len(fixed)))
