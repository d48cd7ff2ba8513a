"""When a program's standard output equals the expected one, in each of the ways that the option `compare` names.

"tokens": the same words between white space, on as many lines as it pleases. "exact": the same bytes.
"lines_unordered": the same non-blank lines, each by its tokens, in any order. With a tolerance: the same tokens, where
two numbers count as the same when they are close; a token that reads as NaN or an infinity is never accepted.
"""

from __future__ import annotations

from collections.abc import Callable

from verifiers.rules.program.equality import is_close

MAX_NUMBER_CHARS = 400


def same_tokens(actual: bytes, expected: bytes) -> bool:
    return actual.split() == expected.split()


def same_bytes(actual: bytes, expected: bytes) -> bool:
    return actual == expected


def same_lines_in_any_order(actual: bytes, expected: bytes) -> bool:
    return _sorted_lines(actual) == _sorted_lines(expected)


def _sorted_lines(output: bytes) -> list[list[bytes]]:
    return sorted(tokens for line in output.split(b"\n") if (tokens := line.split()))


def close_tokens(actual: bytes, expected: bytes, tolerance: float) -> bool:
    left, right = actual.split(), expected.split()
    return len(left) == len(right) and all(_close(*pair, tolerance) for pair in zip(left, right, strict=True))


def _close(actual: bytes, expected: bytes, tolerance: float) -> bool:
    left, right = _number(actual), _number(expected)
    if left is None or right is None:
        return left is right and actual == expected
    return is_close(left, right, tolerance)


def _number(token: bytes) -> float | None:
    if len(token) > MAX_NUMBER_CHARS or b"_" in token:  # float() reads 1_0 as 10
        return None
    try:
        return float(token)
    except ValueError:
        return None


COMPARES: dict[str, Callable[[bytes, bytes], bool]] = {
    "tokens": same_tokens,
    "exact": same_bytes,
    "lines_unordered": same_lines_in_any_order,
}
