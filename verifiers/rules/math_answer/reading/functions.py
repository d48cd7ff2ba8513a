"""Reads functions with their arguments, and operators such as sums and integrals with their bounds."""

from __future__ import annotations

from verifiers.rules.math_answer.reading.measures import Measures
from verifiers.rules.math_answer.reading.tokens import Kind
from verifiers.rules.math_answer.reading.tree import Node, Op, negative, number, product
from verifiers.rules.math_answer.reading.vocabulary import BIG, FUNCTIONS

_INVERSES = {"sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh"}


class Functions(Measures):
    """The part of the reader that knows functions."""

    def _function(self) -> Node:
        name = self.take().text[1:]
        extra: tuple[Node, ...] = ()
        power: Node | None = None
        while self.at("^", "_"):
            if self.take().text == "_":
                extra = (self.argument(),)
            else:
                power = self.argument()
        if power == negative(number(1)) and name in _INVERSES:
            name, power = "arc" + name, None
        value = Node(Op.CALL, (*self._function_arguments(), *extra), name)
        value = self.postfixed(value)
        if self.at("^") and power is None:
            self.take()
            power = self.exponent()
        return Node(Op.POW, (value, power)) if power is not None else value

    def _function_arguments(self) -> tuple[Node, ...]:
        if self.at("(", "{", "["):
            inside = self.power() if self.at("{") else self.atom()
            return inside.args if inside.op is Op.TUPLE else (inside,)
        if self.at("-"):
            self.take()
            return (negative(self._bare_argument()),)
        return (self._bare_argument(),)

    def _bare_argument(self) -> Node:
        """Read `2x` of `\\sin 2x`: factors without a sign between them, up to the next function."""
        factors = [self.factor()]
        while self.multiplies() and not (self.token.kind is Kind.COMMAND and self.token.text[1:] in FUNCTIONS):
            if self.at("("):
                break
            factors.append(self.factor())
        return product(*factors)

    def _big_operator(self) -> Node:
        name = BIG[self.take().text[1:]]
        parts = []
        while self.at("^", "_"):
            self.take()
            if self.accept("{"):
                parts.append(self.sequence())
                self.expect("}")
            else:
                parts.append(self.atom())
        return Node(Op.BIG, (*parts, self.term()), name)
