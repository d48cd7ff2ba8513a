"""Values of a training loop, written as ASCII JSON: numpy and torch by what they can do, never by importing them.

Arrays and scalars become lists and numbers, bytes become text, sets become sorted lists, and a Decimal becomes a number
where a float holds it exactly, else a string. A Fraction becomes "1/2". Surrogates are escaped. NaN is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any

from truegold.errors import EncodingError

Json = Any  # None, bool, int, float, str, list and dict


def to_json(value: object, name: str) -> bytes:
    """Return the value as ASCII JSON.

    Raises:
        EncodingError: NaN, infinity, a type without a meaning in JSON, or nesting without end; the message begins with
            `name`.
    """
    try:
        return json.dumps(_plain(value, name), allow_nan=False, separators=(",", ":")).encode("ascii")
    except RecursionError as error:
        raise EncodingError(f"{name} is nested too deeply, or contains itself") from error
    except ValueError as error:
        if isinstance(error, EncodingError):
            raise
        raise EncodingError(f"{name}: {error}") from error  # an integer beyond Python's limit of digits, say


def _plain(value: object, path: str) -> Json:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        return _finite(float(value), path)
    if isinstance(value, Mapping):
        return {_key(key, path): _plain(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{path}[{index}]") for index, item in enumerate(value)]
    return _special(value, path)


def _special(value: object, path: str) -> Json:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", errors="replace")
    if isinstance(value, AbstractSet):
        return _sorted([_plain(item, path) for item in value])
    if isinstance(value, Decimal):
        return _decimal(value, path)
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Enum):
        return _plain(value.value, path)
    tolist = getattr(value, "tolist", None)  # numpy, torch, pandas, jax
    if callable(tolist):
        return _plain(tolist(), path)
    raise EncodingError(f"{path}: a value of type {type(value).__name__} has no meaning in JSON")


def _key(key: object, path: str) -> str:
    if isinstance(key, str):
        return str.__str__(key)
    if isinstance(key, int) and not isinstance(key, bool):
        return str(int(key))
    tolist = getattr(key, "tolist", None)
    if callable(tolist):
        return _key(tolist(), path)
    raise EncodingError(f"{path}: a key must be a string, not {type(key).__name__}")


def _finite(number: float, path: str) -> float:
    if not math.isfinite(number):
        raise EncodingError(f"{path} is {number}, which JSON cannot say and no verifier can judge")
    return number


def _decimal(number: Decimal, path: str) -> Json:
    if not number.is_finite():
        raise EncodingError(f"{path} is {number}, which JSON cannot say and no verifier can judge")
    approximation = float(number)
    return approximation if Decimal(repr(approximation)) == number else str(number)


def _sorted(items: Iterable[Json]) -> list[Json]:
    # The order of a set differs from process to process with its hashes; equal samples must give equal bytes.
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
