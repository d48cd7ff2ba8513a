from __future__ import annotations

import collections
import contextlib
import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import plain

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**200), max_value=2**200),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.decimals(allow_nan=False, places=3),
    st.fractions(),
    st.dates(),
    st.times(),
    st.datetimes(timezones=st.sampled_from([None, UTC])),
    st.timedeltas(),
)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.lists(inner, max_size=4).map(collections.deque),
        st.dictionaries(st.text(max_size=4), inner, max_size=4),
        st.dictionaries(st.integers(), inner, max_size=4).map(collections.OrderedDict),
        st.sets(st.integers(), max_size=4),
        st.frozensets(st.text(max_size=3), max_size=4),
    ),
    max_leaves=12,
)


def crossed(value: object) -> Any:
    return plain.decode(plain.encode(value))


@settings(max_examples=150, deadline=None)
@given(PLAIN)
def test_plain_data_crosses_unchanged(value: object) -> None:
    back = crossed(value)
    assert back == value
    assert type(back) is type(value)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_bytes_of_any_shape_are_a_value_or_a_value_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        plain.decode(data)


@settings(max_examples=150, deadline=None)
@given(PLAIN, st.integers(min_value=0), st.integers(min_value=0, max_value=255))
def test_one_changed_byte_is_a_value_or_a_value_error(value: object, at: int, byte: int) -> None:
    data = bytearray(plain.encode(value))
    data[at % len(data)] = byte
    with contextlib.suppress(ValueError):
        plain.decode(bytes(data))


@pytest.mark.parametrize(
    "value",
    [
        collections.Counter("abca"),
        collections.defaultdict(list, {1: [2]}),
        collections.OrderedDict([(2, 1), (1, 2)]),
        collections.deque([1, 2]),
        range(1, 10, 3),
        bytearray(b"ab"),
        time(1, 2, 3, fold=1),
        datetime(2024, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=5))),
        "\ud800",
        -(2**63),
        2**63,
        math.inf,
    ],
    ids=repr,
)
def test_a_special_container_or_scalar_crosses_as_itself(value: object) -> None:
    back = crossed(value)
    assert back == value
    assert type(back) is type(value)


def test_the_order_of_an_ordered_dict_crosses() -> None:
    ordered = collections.OrderedDict([(1, "a"), (2, "b")])
    ordered.move_to_end(1)
    assert list(crossed(ordered)) == [2, 1]


def test_nan_crosses() -> None:
    assert math.isnan(crossed(math.nan))


class AlwaysEqual:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]  # as a class with only __eq__ has it


class LyingInt(int):
    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __index__(self) -> int:
        return 42

    def bit_length(self) -> int:
        return 1


class LyingList(list[int]):
    def __iter__(self) -> Any:
        return iter([42])

    def __len__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        return True


class LyingStr(str):
    __slots__ = ()

    def encode(self, *args: Any, **kwargs: Any) -> bytes:
        return b"42"


class LyingDict(dict[str, int]):
    def items(self) -> Any:
        return [("a", 42)]


class Disguised:
    @property
    def __class__(self) -> type:  # type: ignore[override]  # what mock.ANY and its kin do
        return int


class Point(NamedTuple):
    x: int
    y: int


class Colour(IntEnum):
    RED = 1


class LyingClock(datetime):
    @property
    def year(self) -> int:  # type: ignore[override]  # the lie under test
        return 1900


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (LyingInt(7), 7),
        (LyingList([1, 2]), [1, 2]),
        (LyingStr("x"), "x"),
        (LyingDict(a=1), {"a": 1}),
        (Point(1, 2), (1, 2)),
        (Colour.RED, 1),
        (LyingClock(2024, 5, 6), datetime(2024, 5, 6)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_crosses_as_its_base_value(value: object, expected: object) -> None:
    back = crossed(value)
    assert back == expected
    assert type(back) is type(expected)


@pytest.mark.parametrize(
    "value", [AlwaysEqual(), object(), Disguised(), len, int, iter([1]), (n for n in ())], ids=repr
)
def test_everything_else_crosses_as_a_handle_that_equals_nothing(value: object) -> None:
    back = crossed([value])
    assert isinstance(back[0], plain.Handle)
    assert back != [1]
    assert back != crossed([value])
    assert plain.has_handle(back)


def test_a_handle_names_the_type() -> None:
    assert crossed(AlwaysEqual()).type_name == "AlwaysEqual"


def test_what_must_be_plain_is_refused_when_it_is_not() -> None:
    with pytest.raises(ValueError, match="no plain data"):
        plain.encode([object()], strict=True)


def test_an_integer_beyond_the_limit_of_digits_crosses() -> None:
    assert crossed(10**5000) == 10**5000


@pytest.mark.parametrize("value", [1 << 10**6, Decimal("1e99999"), Decimal("sNaN")], ids=["int", "decimal", "snan"])
def test_a_number_that_would_be_costly_outside_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"integer|Decimal"):
        plain.encode(value)


def test_a_list_that_contains_itself_is_refused() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="nested"):
        plain.encode(endless)


def test_a_value_over_the_size_limit_is_refused() -> None:
    shared = ["x" * 100] * 100
    with pytest.raises(ValueError, match="larger"):
        plain.encode([shared] * 1000, max_bytes=10_000)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"?",
        b"l\xff\xff\xff\xff",
        b"l\x00\x00\x00\x01",
        b"N" * 2,
        b"l\x00\x00\x00\x01" * 100_000 + b"N",
        b"t\x00\x00\x00\x01" * 300 + b"N",
        b"S\x00\x00\x00\x01l\x00\x00\x00\x00",
        b"d\x00\x00\x00\x01N",
        b"D\x00\x00\x00\x0a1e99999999",
        b"D\x00\x00\x00\x03abc",
        b"Qt\x00\x00\x00\x02i" + bytes(7) + b"\x01i" + bytes(8),
        b"ys\x00\x00\x00\x01a",
        b"yt\x00\x00\x00\x01b\x00\x00\x00\x04\x07\xe8\x01\x01",
        b"s\x00\x00\x00\x01\xff",
        b"I\x00\x01\x00\x00" + bytes(2**16),
    ],
    ids=range(16),
)
def test_malformed_bytes_are_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        plain.decode(data)


def test_integers_that_collide_cannot_make_a_set_slow() -> None:
    colliding = [n * (2**61 - 1) for n in range(1, 2000)]
    body = b"".join(map(plain.encode, colliding))
    with pytest.raises(ValueError, match="same hash"):
        plain.decode(b"S" + len(colliding).to_bytes(4, "big") + body)


def test_a_value_is_read_deep_down_a_stack_without_recursion_error() -> None:
    data = plain.encode(nested(95))

    def deeper(level: int) -> None:
        if level == 0:
            with pytest.raises(ValueError, match="nested"):
                plain.decode(data)
            return
        deeper(level - 1)

    deeper(650)


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = [value]
    return value


def test_values_nested_a_hundred_deep_cross() -> None:
    assert crossed(nested(99)) == nested(99)


def test_dates_and_fractions_cross() -> None:
    assert crossed([date(2024, 2, 29), Fraction(3, 7), timedelta(-1, 5)]) == [
        date(2024, 2, 29),
        Fraction(3, 7),
        timedelta(-1, 5),
    ]


def test_a_numpy_array_crosses_as_nested_lists() -> None:
    numpy = pytest.importorskip("numpy", reason="numpy is there only where judged programs may use it")
    back = crossed(numpy.array([[1, 2], [3, 4]]))
    assert isinstance(back, plain.Array)
    assert back.values == [[1, 2], [3, 4]]


def test_numpy_scalars_cross_as_their_values() -> None:
    numpy = pytest.importorskip("numpy", reason="numpy is there only where judged programs may use it")
    assert crossed([numpy.int64(3), numpy.float32(0.5), numpy.bool_(True)]) == [3, 0.5, True]
    assert crossed(numpy.bool_(True)) is True
