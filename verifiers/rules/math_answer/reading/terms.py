"""Reads sums, products, powers, functions and what follows a value: degrees, percent signs, units."""

from __future__ import annotations

from fractions import Fraction

from verifiers.rules.math_answer.reading.atoms import Atoms
from verifiers.rules.math_answer.reading.tokens import Kind
from verifiers.rules.math_answer.reading.tree import Node, Op, Unreadable, negative, number, product
from verifiers.rules.math_answer.reading.vocabulary import (
    BIG,
    CLAUSE_WORDS,
    DEGREE_WORDS,
    FUNCTIONS,
    OVER,
    PERCENT_WORDS,
    PLURAL_SCALES,
    RADIAN_WORDS,
    SEPARATOR_WORDS,
    TIMES,
    word_set,
)

_CURRENCIES = {"\\$": "dollar", "$": "dollar", "€": "euro", "£": "pound", "¥": "yuan", "￥": "yuan"}
_STARTS = word_set(
    "( { \\lfloor \\lceil \\frac \\dfrac \\tfrac \\cfrac \\sqrt \\binom \\dbinom \\tbinom \\pi "
    "\\infty \\langle \\lvert "
    "\\lVert \\mathbf \\boldsymbol \\vec \\overline \\bar \\hat \\overrightarrow \\widehat \\mathcal"
)
_INVERSES = {"sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh"}
_APPLIED = word_set("f g h F G H")


MAX_FACTORS = 300
MAX_POSTFIXES = 8
MAX_SIGNS = 16


class Terms(Atoms):
    """The part of the reader that knows how things combine."""

    def sum(self) -> Node:
        with self.deeper():
            terms = [self._signed()]
            while self.at("+", "-", "\\pm", "\\mp"):
                terms.append(self._signed())
            return terms[0] if len(terms) == 1 else Node(Op.ADD, tuple(terms))

    def _signed(self) -> Node:
        """Read a term with the signs before it."""
        signs = []
        while self.at("+", "-", "\\pm", "\\mp"):
            signs.append(self.take().text)
            if len(signs) > MAX_SIGNS:
                raise Unreadable(f"more than {MAX_SIGNS} signs before a term")
        term = self._term()
        for sign in reversed(signs):
            if sign == "-":
                term = negative(term)
            elif sign != "+":
                term = Node(Op.PM, (term,), sign[1:])
        return term

    def _term(self) -> Node:
        value = self.factor()
        for _ in range(MAX_FACTORS):
            if self.at(*TIMES):
                self.take()
                value = _joined(Op.MUL, value, self._factor_after_sign())
            elif self.at(*OVER):
                self.take()
                value = _joined(Op.DIV, value, self._factor_after_sign())
            elif self.at("\\bmod", "\\mod", "\\pmod"):
                self.take()
                value = Node(Op.MODULO, (value, self.argument()))
            elif self._multiplies():
                value = self._times_next(value)
            else:
                return self._with_words(value)
        raise Unreadable(f"a product of more than {MAX_FACTORS} factors")

    def _factor_after_sign(self) -> Node:
        sign = self.at("-") and self.take()
        value = self.factor()
        return negative(value) if sign else value

    def _multiplies(self) -> bool:
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
        """Say whether `(k \\in \\mathbb{Z})` comes next."""
        return self.at("(") and self.ahead().kind is Kind.NAME and self.ahead(2).text == "\\in"

    def _times_next(self, value: Node) -> Node:
        following = self.factor()
        if _is_mixed(value, following):
            return Node(Op.ADD, (value, following))
        return _joined(Op.MUL, value, following)

    def factor(self) -> Node:
        with self.deeper():
            token = self.token
            if token.text in _CURRENCIES and token.kind is Kind.SIGN:
                self.take()
                return Node(Op.UNIT, (self._factor_after_sign(),), _CURRENCIES[token.text])
            if token.kind is Kind.COMMAND and token.text[1:] in FUNCTIONS and token.text != "\\sqrt":
                return self._function()
            if token.kind is Kind.COMMAND and token.text[1:] in BIG:
                return self._big_operator()
            return self._power()

    def _power(self) -> Node:
        if self._is_mixed_ahead():
            return self._mixed_number()
        base = self._postfixed(self._applied(self.atom()))
        if not self.at("^"):
            return base
        self.take()
        if self._accept_circle():
            return self._angle(base)
        exponent = self._exponent()
        return self._postfixed(Node(Op.POW, (base, exponent)))

    def _exponent(self) -> Node:
        if self.at("+", "-"):
            sign = self.take().text
            exponent = self.factor()
            return negative(exponent) if sign == "-" else exponent
        exponent = self.argument()
        if self.at("^"):  # x^y^z, from the right
            self.take()
            return Node(Op.POW, (exponent, self._exponent()))
        return exponent

    def _applied(self, base: Node) -> Node:
        if base.op is not Op.NAME or base.data.rstrip("'").partition("_")[0] not in _APPLIED or not self.at("("):
            return base
        inside = self.atom()
        arguments = inside.args if inside.op is Op.TUPLE else (inside,)
        return Node(Op.CALL, arguments, "?" + base.data)

    def _postfixed(self, value: Node) -> Node:
        for _ in range(MAX_POSTFIXES):
            if self.at("!") and self.ahead().text != "=":
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
                minutes = Fraction(self.take().text) / part
                while self.accept("'"):
                    pass
                degrees = Node(Op.ADD, (degrees, number(minutes)))
        if self.token.kind in (Kind.NAME, Kind.WORD) and self.token.text in ("C", "F") and not self.token.is_spaced:
            return Node(Op.UNIT, (degrees,), "degree " + self.take().text)
        return Node(Op.DEGREE, (degrees,))

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
        value = self._postfixed(value)
        if self.at("^") and power is None:
            self.take()
            power = self._exponent()
        return Node(Op.POW, (value, power)) if power is not None else value

    def _function_arguments(self) -> tuple[Node, ...]:
        if self.at("(", "{", "["):
            inside = self._power() if self.at("{") else self.atom()
            return inside.args if inside.op is Op.TUPLE else (inside,)
        if self.at("-"):
            self.take()
            return (negative(self._bare_argument()),)
        return (self._bare_argument(),)

    def _bare_argument(self) -> Node:
        """Read `2x` of `\\sin 2x`: factors without a sign between them, up to the next function."""
        factors = [self.factor()]
        while self._multiplies() and not (self.token.kind is Kind.COMMAND and self.token.text[1:] in FUNCTIONS):
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
        return Node(Op.BIG, (*parts, self._term()), name)

    def _with_words(self, value: Node) -> Node:
        words: list[str] = []
        while self._is_unit_word() or (words[-1:] == ["/"] and self.token.kind is Kind.NAME):
            word = self.take().text
            words += [_CURRENCIES.get(word, word), *self._unit_power()]
        if not words:
            return value
        value = _measured(value, words)
        if value.op is Op.UNIT and self.token.kind is Kind.NUMBER:  # 2 hours 30 minutes
            return Node(Op.ADD, (value, self._term()))
        return value

    def _is_unit_word(self) -> bool:
        token = self.token
        if token.kind is Kind.WORD:
            return token.text.lower() not in SEPARATOR_WORDS and token.text.lower() not in CLAUSE_WORDS
        if token.kind is Kind.SIGN and token.text in _CURRENCIES:
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


def _measured(value: Node, words: list[str]) -> Node:
    lower = words[0].lower()
    if lower in PERCENT_WORDS and len(words) == 1:
        return Node(Op.PERCENT, (value,))
    if lower in DEGREE_WORDS and len(words) == 1:
        return Node(Op.DEGREE, (value,))
    if lower in RADIAN_WORDS and len(words) == 1:
        return value
    if lower in PLURAL_SCALES:
        value = Node(Op.MUL, (value, number(PLURAL_SCALES[lower])))
        words = words[1:]
    return Node(Op.UNIT, (value,), " ".join(words)) if words else value
