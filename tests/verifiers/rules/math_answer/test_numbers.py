"""Plain numbers are read exactly, and whatever is not plainly a number is left alone."""

from fractions import Fraction

import pytest

from verifiers.rules.math_answer.numbers import read_plain


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", Fraction(12)),
        ("-1,234.50", Fraction(-2469, 2)),
        ("$1{,}000$", Fraction(1000)),
        (r"1\,000", Fraction(1000)),
        ("1 000", Fraction(1000)),
        (".5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        (r"\dfrac{1}{3}", Fraction(1, 3)),
        (r"-\frac12", Fraction(-1, 2)),
        ("3 1/2", Fraction(7, 2)),
        (r"1\frac{1}{2}", Fraction(3, 2)),
        (r"12.5\%", Fraction(1, 8)),
        ("1.5e3", Fraction(1500)),
        (r"6 \times 10^{-2}", Fraction(6, 100)),
    ],
)
def test_a_plain_number_has_its_value(text: str, value: Fraction) -> None:
    plain = read_plain(text)

    assert plain is not None
    assert plain.value == value


@pytest.mark.parametrize(
    "text", ["", "x", "1,2", "0,111", "1/0", "1 23/4", "1e99999", "--1", "2^3", "1.2.3", "1" * 100]
)
def test_other_text_is_no_plain_number(text: str) -> None:
    assert read_plain(text) is None


def test_the_decimals_of_a_decimal_are_counted() -> None:
    plain = read_plain("0.0450")

    assert plain is not None
    assert (plain.places, plain.digits) == (4, 3)
