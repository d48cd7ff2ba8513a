"""Reads what stands for itself in a formula: numbers, names, fractions, roots, groups, bars, matrices."""

from __future__ import annotations

import re
from fractions import Fraction

from verifiers.rules.math_answer.reading.cursor import Cursor
from verifiers.rules.math_answer.reading.tokens import Kind
from verifiers.rules.math_answer.reading.tree import EMPTY_SET, INFINITY, PI, E, I, Node, Op, Unreadable, number
from verifiers.rules.math_answer.reading.vocabulary import (
    BASE_WORDS,
    BINOMIALS,
    DRESS,
    FRACTIONS,
    SPACES,
    word_set,
)

_CLOSING = {"(": ")", "[": "]", "\\langle": "\\rangle", "\\lbrack": "\\rbrack", "\\lparen": "\\rparen"}
_BARS = {"|": "|", "\\lvert": "\\rvert", "\\vert": "\\vert", "\\|": "\\|", "\\lVert": "\\rVert", "\\mid": "\\mid"}
_ROUNDED = {"\\lfloor": ("\\rfloor", "floor"), "\\lceil": ("\\rceil", "ceil")}
_MATRICES = word_set(
    "matrix pmatrix bmatrix vmatrix Bmatrix Vmatrix smallmatrix array aligned cases align* align gathered"
)
_CONSTANTS = {"\\pi": PI, "\\infty": INFINITY, "\\emptyset": EMPTY_SET, "\\varnothing": EMPTY_SET}


class Atoms(Cursor):
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

    def _script_text(self) -> str:
        """Read a subscript as the text it is; `x_{10}` and `x_1` are names."""
        if not self.accept("{"):
            return self.take().text
        parts, depth = [], 1
        while depth:
            token = self.take()
            if token.kind is Kind.END:
                raise Unreadable("a subscript never closes")
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            parts.append(token.text)
        return "".join(parts[:-1])

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
        if command in _CLOSING or command in _BARS or command in _ROUNDED:
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

    def _grouped(self) -> Node:
        opening = self.take().text
        if opening in _CLOSING or opening == "]":
            return self._brackets(opening)
        if opening in _ROUNDED:
            closing, name = _ROUNDED[opening]
            return Node(Op.CALL, (self._until(closing),), name)
        if opening in _BARS:
            self.bars += 1
            inside = self._until(_BARS[opening])
            self.bars -= 1
            return Node(Op.CALL, (inside,), "abs")
        if opening == "{":
            inside = self.sequence()
            self.expect("}")
            return inside
        if opening in ("\\{", "\\lbrace"):
            return self._braces()
        raise Unreadable(f"cannot start with {opening[:20]!r}")

    def _until(self, closing: str) -> Node:
        inside = self.sum()
        self.expect(closing)
        return inside

    def _brackets(self, opening: str) -> Node:
        if self.at(")", "]"):
            raise Unreadable("empty brackets")
        bars, self.bars = self.bars, 0
        inside = self.sequence()
        self.bars = bars
        closing = self.take().text
        if closing not in (")", "]", "\\rangle", "\\rbrack", "\\rparen", "[", ">"):
            raise Unreadable("a bracket never closes")
        if opening == "]" or closing == "[":  # ]a, b[ as the French write an open interval
            opening, closing = {"]": "(", "[": "["}.get(opening, opening), {"[": ")"}.get(closing, closing)
        brackets = (opening + closing).replace("\\langle", "(").replace("\\rangle", ")")
        if inside.op is Op.LIST:
            return Node(Op.TUPLE, inside.args, brackets)
        if brackets not in ("()", "[]"):
            raise Unreadable("an interval needs two ends")
        return Node(Op.TUPLE, (inside,), "[]") if brackets == "[]" and inside.op is not Op.MATRIX else inside

    def _braces(self) -> Node:
        if self.accept("\\}", "\\rbrace"):
            return EMPTY_SET
        bars, self.bars = self.bars, 1  # a bar in braces separates, it does not open a norm
        inside = self.sequence()
        if self.accept("|", ":", "\\mid", "\\colon", "\\vert", ";"):
            self.bars = 0
            condition = self.sequence()
            inside = Node(Op.BUILDER, (inside, condition))
        self.bars = bars
        self.expect("\\}", "\\rbrace")
        if inside.op is Op.BUILDER:
            return inside
        return Node(Op.SET, inside.args if inside.op is Op.LIST else (inside,))

    def _environment(self) -> Node:
        name = self._script_text() if self.at("_") else self._environment_name()
        if name not in _MATRICES:
            raise Unreadable(f"the environment {name!r} is unknown")
        if name == "array" and self.accept("{"):
            while not self.accept("}"):
                if self.take().kind is Kind.END:
                    raise Unreadable("an array never begins")
        rows = self._rows()
        if self._environment_name() != name:
            raise Unreadable(f"the environment {name} never ends")
        widths = {len(row) for row in rows}
        if len(widths) != 1:
            raise Unreadable("the rows of a matrix differ in length")
        if name in ("aligned", "cases", "align", "align*", "gathered"):
            return Node(Op.LIST, tuple(cell for row in rows for cell in row), name)
        return Node(Op.MATRIX, tuple(cell for row in rows for cell in row), str(widths.pop()))

    def _environment_name(self) -> str:
        self.expect("{")
        name = ""
        while not self.accept("}"):
            token = self.take()
            if token.kind is Kind.END:
                raise Unreadable("an environment never begins")
            name += token.text
        return name

    def _rows(self) -> list[list[Node]]:
        rows: list[list[Node]] = [[]]
        while not self.accept("\\end"):
            if self.accept("&"):
                continue
            if self.accept("\\\\"):
                rows.append([])
                continue
            rows[-1].append(self.item())
        return [row for row in rows if row]

    def item(self) -> Node:
        raise NotImplementedError


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
