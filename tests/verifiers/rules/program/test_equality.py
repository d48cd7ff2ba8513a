from __future__ import annotations

import collections
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from sandbox.plain import Array, Handle
from verifiers.rules.program.equality import equals_json, equals_python
from verifiers.rules.program.output_compare import COMPARES, close_tokens


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (1, 1),
        (1, 1.0),
        (1.0, 1),
        (Fraction(1, 2), 0.5),
        (Decimal("0.5"), 0.5),
        ("a", "a"),
        (None, None),
        (True, True),
        ((1, (2, [3])), [1, [2, [3]]]),
        ([(1, 2)], [[1, 2]]),
        (Array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        ([Array(5)], [5]),
        ({"a": (1,)}, {"a": [1]}),
        ({1: "x"}, {"1": "x"}),
        ({True: 1, None: 2, 1.5: 3}, {"true": 1, "null": 2, "1.5": 3}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.OrderedDict([("b", 1), ("a", 2)]), {"a": 2, "b": 1}),
        (math.nan, math.nan),
        (math.inf, math.inf),
    ],
)
def test_a_returned_value_equals_the_expected_json(actual: Any, expected: Any) -> None:
    assert equals_json(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (True, 1),
        (1, True),
        (False, 0),
        ("1", 1),
        (1, "1"),
        (None, 0),
        (0, None),
        ([1, 2], [1]),
        ([], [1]),
        ([1], []),
        ("ab", ["a", "b"]),
        ({1, 2}, [1, 2]),
        (range(2), [0, 1]),
        (collections.deque([1]), [1]),
        ([1], 1),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ({1: "x", "1": "x"}, {"1": "x"}),
        (b"a", "a"),
        (Handle("Any"), 1),
        ([Handle("Any")], [1]),
        ([True], [1]),
        (1.0000001, 1),
        (math.nan, 1.0),
    ],
)
def test_a_returned_value_differs_from_the_expected_json(actual: Any, expected: Any) -> None:
    assert not equals_json(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(1.0000001, 1), ([0.1 + 0.2], [0.3]), ({"a": 1000.0001}, {"a": 1000}), (1e-9, 0), (1, 1)],
)
def test_close_numbers_are_equal_within_a_tolerance_at_every_depth(actual: Any, expected: Any) -> None:
    assert equals_json(actual, expected, 1e-6)
    assert equals_python(actual, expected, 1e-6)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(1.1, 1), (math.nan, math.nan), (math.inf, math.inf), (5.0, math.inf), ("1.0000001", "1"), ([1.0], [1.0, 2.0])],
)
def test_a_tolerance_accepts_no_more_than_close_finite_numbers(actual: Any, expected: Any) -> None:
    assert not equals_json(actual, expected, 1e-6)
    assert not equals_python(actual, expected, 1e-6)


def test_in_assertions_container_types_count() -> None:
    assert not equals_python((1, 2), [1, 2])
    assert not equals_python((1, 2), [1, 2], 1e-6)
    assert equals_python(True, 1)
    assert not equals_python(math.nan, math.nan)
    assert equals_python({"a": [1.0]}, {"a": [1.00000001]}, 1e-6)


@pytest.mark.parametrize(
    ("way", "actual", "expected", "same"),
    [
        ("tokens", b"1 2\n3\n", b"1\n2 3", True),
        ("tokens", b"1", b"1\n2", False),
        ("tokens", b"1\n2", b"1", False),
        ("tokens", b"1.0", b"1", False),
        ("tokens", b"YES", b"yes", False),
        ("exact", b"1\n", b"1\n", True),
        ("exact", b"1", b"1\n", False),
        ("lines_unordered", b"b 1\na 2\n", b"a 2\n\nb  1", True),
        ("lines_unordered", b"a\na\n", b"a\n", False),
        ("lines_unordered", b"a b\n", b"b a\n", False),
    ],
)
def test_output_is_compared_as_asked(way: str, actual: bytes, expected: bytes, same: bool) -> None:
    assert COMPARES[way](actual, expected) is same


@pytest.mark.parametrize(
    ("actual", "expected", "same"),
    [
        (b"1.0000001 ok", b"1 ok", True),
        (b"1000000.5", b"1000000", True),
        (b"1.1", b"1", False),
        (b"nan", b"1", False),
        (b"inf", b"1", False),
        (b"5", b"inf", False),
        (b"nan", b"nan", False),
        (b"1_0", b"10", False),
        (b"ok 1", b"ok", False),
        (b"no", b"ok", False),
    ],
)
def test_numbers_in_the_output_are_close_token_by_token(actual: bytes, expected: bytes, same: bool) -> None:
    assert close_tokens(actual, expected, 1e-6) is same
