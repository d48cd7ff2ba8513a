"""Values of a training loop, written as JSON."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from truegold import EncodingError
from truegold.encoding import to_json


@dataclass(frozen=True)
class Array:
    """What numpy and torch have in common."""

    content: Any

    def tolist(self) -> Any:
        return self.content


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": (1, 2.5, None, True)}, {"a": [1, 2.5, None, True]}),
        (Array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (Array(0.5), 0.5),
        ({Array(3): Array([Array("x")])}, {"3": ["x"]}),
        ({1: 2}, {"1": 2}),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
        ({"b", "a"}, ["a", "b"]),
        (frozenset({2, 1}), [1, 2]),
        (Decimal("0.1"), 0.1),
        (Decimal("3"), 3.0),
        (Decimal("0.1234567890123456789012345"), "0.1234567890123456789012345"),
        (Fraction(1, 2), "1/2"),
        (Colour.RED, "red"),
        (10**30, 10**30),
        ("\ud800", "\ud800"),
    ],
)
def test_a_value_is_written_as(value: object, expected: object) -> None:
    assert json.loads(to_json(value, "x")) == expected


@pytest.mark.parametrize("text", ["é", "\ud800", "\u2028", "\x00", "🙂"])
def test_the_bytes_are_ascii(text: str) -> None:
    assert to_json(text, "x").isascii()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("nan"), Array(float("-inf")), [10**10_000]])
def test_a_number_that_json_cannot_say_is_refused(value: object) -> None:
    with pytest.raises(EncodingError, match=r"^x"):
        to_json(value, "x")


def test_the_message_names_the_place() -> None:
    with pytest.raises(EncodingError, match=r"^sample\.tests\[1\]\.stdin: a value of type object"):
        to_json({"tests": [1, {"stdin": object()}]}, "sample")


def test_a_key_that_is_no_text_is_refused() -> None:
    with pytest.raises(EncodingError, match="a key must be a string, not tuple"):
        to_json({(1, 2): 3}, "x")


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(EncodingError, match="nested too deeply"):
        to_json(loop, "x")
