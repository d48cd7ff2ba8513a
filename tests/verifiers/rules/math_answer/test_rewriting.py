"""An expression equals itself written in another way, and differs from itself plus one."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers.base import Sample, Verdict
from verifiers.rules.math_answer import MathAnswer

RULE = MathAnswer()


@dataclass(frozen=True)
class Term:
    """A small expression that can be written in several ways."""

    sign: str  # + * ^ or a leaf
    parts: tuple[Term, ...] = ()
    leaf: str = ""

    def latex(self) -> str:
        if not self.parts:
            return self.leaf
        if self.sign == "/":
            return f"\\frac{{{self.parts[0].latex()}}}{{{self.parts[1].latex()}}}"
        if self.sign == "^":
            return f"\\left({self.parts[0].latex()}\\right)^{{{self.parts[1].latex()}}}"
        return {"+": " + ", "*": " \\cdot "}[self.sign].join(f"\\left({part.latex()}\\right)" for part in self.parts)

    def text(self) -> str:
        if not self.parts:
            return self.leaf
        return self.sign.join(f"({part.text()})" for part in self.parts)

    def reordered(self) -> Term:
        parts = tuple(part.reordered() for part in self.parts)
        return Term(self.sign, parts[::-1] if self.sign in "+*" else parts, self.leaf)

    def expanded(self) -> list[dict[str, int]]:
        """Return the sum of products that this is, as counts of letters beside a coefficient under the name 1."""
        if not self.parts:
            return [{"1": 1, self.leaf: 1} if self.leaf.isalpha() else {"1": int(self.leaf)}]
        if self.sign == "^":
            return _multiplied([self.parts[0].expanded()] * int(self.parts[1].leaf))
        sums = [part.expanded() for part in self.parts]
        return [product for terms in sums for product in terms] if self.sign == "+" else _multiplied(sums)


def _multiplied(sums: list[list[dict[str, int]]]) -> list[dict[str, int]]:
    result: list[dict[str, int]] = [{"1": 1}]
    for terms in sums:
        result = [_joined(left, right) for left in result for right in terms]
    return result


def _joined(left: dict[str, int], right: dict[str, int]) -> dict[str, int]:
    powers = {name: left.get(name, 0) + right.get(name, 0) for name in {*left, *right} - {"1"}}
    return {"1": left["1"] * right["1"], **powers}


def _written(products: list[dict[str, int]]) -> str:
    return " + ".join(
        f"({one['1']})" + "".join(f" {name}^{{{power}}}" for name, power in sorted(one.items()) if name != "1")
        for one in products
    )


LEAVES = st.sampled_from(["2", "3", "5", "7", "x", "y", "a"]).map(lambda leaf: Term("leaf", (), leaf))
POLYNOMIALS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from("+*"), st.tuples(inner, inner)).map(lambda two: Term(two[0], two[1])),
        inner.map(lambda base: Term("^", (base, Term("leaf", (), "2")))),
    ),
    max_leaves=5,
)
EXPRESSIONS = st.one_of(POLYNOMIALS, st.tuples(POLYNOMIALS, POLYNOMIALS).map(lambda two: Term("/", two)))


def verdict(answer: str, truth: str) -> Verdict:
    return RULE.verify(Sample(f"So \\boxed{{{answer}}}."), truth).verdict


@settings(max_examples=120, deadline=None)
@given(EXPRESSIONS)
def test_an_expression_equals_itself_as_text_and_as_latex(term: Term) -> None:
    assert verdict(term.text(), term.latex()) is Verdict.CORRECT
    assert verdict(term.latex(), term.text()) is Verdict.CORRECT


@settings(max_examples=120, deadline=None)
@given(EXPRESSIONS)
def test_an_expression_equals_itself_reordered(term: Term) -> None:
    assert verdict(term.reordered().latex(), term.latex()) is Verdict.CORRECT


@settings(max_examples=100, deadline=None)
@given(POLYNOMIALS)
def test_a_polynomial_equals_itself_multiplied_out(term: Term) -> None:
    assert verdict(_written(term.expanded()), term.latex()) is Verdict.CORRECT


@settings(max_examples=120, deadline=None)
@given(EXPRESSIONS)
def test_an_expression_differs_from_itself_plus_one(term: Term) -> None:
    assert verdict(f"{term.latex()} + 1", term.latex()) is Verdict.INCORRECT
    assert verdict(term.latex(), f"{term.text()} + 1") is Verdict.INCORRECT


@settings(max_examples=80, deadline=None)
@given(st.lists(EXPRESSIONS, min_size=2, max_size=4, unique_by=Term.text))
def test_a_set_equals_itself_in_another_order_and_not_without_a_member(terms: list[Term]) -> None:
    gold = "\\{" + ", ".join(term.latex() for term in terms) + "\\}"

    assert verdict("\\{" + ", ".join(term.text() for term in reversed(terms)) + "\\}", gold) is Verdict.CORRECT
    assert verdict("\\{" + ", ".join(f"{term.text()}+1/7" for term in terms) + "\\}", gold) is Verdict.INCORRECT


@settings(max_examples=150, deadline=None)
@given(
    st.fractions(max_denominator=10**6), st.sampled_from(["\\frac{%d}{%d}", "%d/%d", "\\dfrac{%d}{%d}", "(%d)/(%d)"])
)
def test_a_fraction_equals_itself_in_other_terms(value: object, form: str) -> None:
    above, below = value.numerator, value.denominator  # type: ignore[attr-defined]  # a Fraction

    assert verdict(form % (3 * above, 3 * below), f"{above}/{below}") is Verdict.CORRECT
    assert verdict(form % (above + below, below), f"{above}/{below}") is Verdict.INCORRECT
