"""When a value that came back from the judged process equals the expected one.

Function form (`equals_json`): expected values are JSON. A tuple equals a list at every depth, a numpy array its values;
1 equals 1.0, but True is not 1 and "1" is not 1; NaN equals NaN, for the expected value is data and not a comparison.
JSON has only string keys, so a key that is an integer, float, bool or None equals the string that JSON makes of it.

Assertions (`equals_python`): Python's own `==` on the values, container types included, so (1, 2) is not [1, 2].

With a tolerance, numbers are equal within it, absolutely or relative to the expected one, at every depth of either
form; NaN and the infinities never are.
"""

from __future__ import annotations

import math
from collections import deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sandbox.plain import Array

_NUMBERS = (int, float, Decimal, Fraction)


def equals_json(actual: Any, expected: Any, tolerance: float | None = None) -> bool:
    """Say whether a returned value equals an expected JSON value."""
    if isinstance(actual, Array):
        actual = actual.values
    if _is_number(expected):
        return _is_number(actual) and _same_number(actual, expected, tolerance)
    if isinstance(expected, list | tuple):
        return isinstance(actual, list | tuple) and _all_equal_json(actual, expected, tolerance)
    if isinstance(expected, dict):
        return isinstance(actual, dict) and _same_object(actual, expected, tolerance)
    return type(actual) is type(expected) and bool(actual == expected)


def _all_equal_json(actual: Any, expected: Any, tolerance: float | None) -> bool:
    if len(actual) != len(expected):
        return False
    return all(equals_json(left, right, tolerance) for left, right in zip(actual, expected, strict=True))


def _same_object(actual: dict[Any, Any], expected: dict[Any, Any], tolerance: float | None) -> bool:
    left = {_json_key(key): value for key, value in actual.items()}
    right = {_json_key(key): value for key, value in expected.items()}
    if left.keys() != right.keys() or len(left) != len(actual):
        return False
    return all(equals_json(left[key], right[key], tolerance) for key in right)


def _json_key(key: Any) -> Any:
    if key is None:
        return "null"
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, float) or (isinstance(key, int) and key.bit_length() < 1024):
        return repr(key)
    return key


def _is_number(value: Any) -> bool:
    return isinstance(value, _NUMBERS) and not isinstance(value, bool)


def _same_number(actual: Any, expected: Any, tolerance: float | None) -> bool:
    if tolerance is not None:
        return is_close(actual, expected, tolerance)
    return bool(actual == expected) or (_is_nan(actual) and _is_nan(expected))


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def is_close(actual: Any, expected: Any, tolerance: float) -> bool:
    """Say whether two numbers are within `tolerance` of each other, absolutely or relative to the expected one."""
    try:
        left, right = float(actual), float(expected)
    except OverflowError:
        return bool(actual == expected)  # integers and fractions beyond any float
    if not (math.isfinite(left) and math.isfinite(right)):
        return False
    return bool(actual == expected) or abs(left - right) <= max(tolerance, tolerance * abs(right))


def equals_python(actual: Any, expected: Any, tolerance: float | None = None) -> bool:
    """Say whether `actual == expected` holds in Python, or would with numbers this close."""
    if tolerance is None:
        return bool(actual == expected)
    if _is_number(actual) and _is_number(expected):
        return is_close(actual, expected, tolerance)
    if type(actual) is not type(expected):
        return bool(actual == expected)
    if isinstance(expected, list | tuple | deque):
        same_length = len(actual) == len(expected)
        return same_length and all(equals_python(*pair, tolerance) for pair in zip(actual, expected, strict=True))
    if isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(
            equals_python(actual[key], expected[key], tolerance) for key in expected
        )
    return bool(actual == expected)
