"""Reads what brackets, bars and environments enclose: groups, intervals, points, sets, matrices."""

from __future__ import annotations

from verifiers.rules.math_answer.reading.cursor import Cursor
from verifiers.rules.math_answer.reading.tokens import Kind
from verifiers.rules.math_answer.reading.tree import EMPTY_SET, Node, Op, Unreadable
from verifiers.rules.math_answer.reading.vocabulary import word_set

CLOSING = {"(": ")", "[": "]", "\\langle": "\\rangle", "\\lbrack": "\\rbrack", "\\lparen": "\\rparen"}
BARS = {"|": "|", "\\lvert": "\\rvert", "\\vert": "\\vert", "\\|": "\\|", "\\lVert": "\\rVert", "\\mid": "\\mid"}
ROUNDED = {"\\lfloor": ("\\rfloor", "floor"), "\\lceil": ("\\rceil", "ceil")}
_MATRICES = word_set(
    "matrix pmatrix bmatrix vmatrix Bmatrix Vmatrix smallmatrix array aligned cases align* align gathered"
)


class Groups(Cursor):
    """The part of the reader that knows what encloses."""

    def _grouped(self) -> Node:
        opening = self.take().text
        if opening in CLOSING or opening == "]":
            return self._brackets(opening)
        if opening in ROUNDED:
            closing, name = ROUNDED[opening]
            return Node(Op.CALL, (self._until(closing),), name)
        if opening in BARS:
            self.bars += 1
            inside = self._until(BARS[opening])
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
        matrix = Node(Op.MATRIX, tuple(cell for row in rows for cell in row), str(widths.pop()))
        return Node(Op.CALL, (matrix,), "det") if name in ("vmatrix", "Vmatrix") else matrix

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
            if not self.at("&", "\\\\", "\\end"):
                raise Unreadable("two entries of a matrix without a sign between them")
        return [row for row in rows if row]

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
