"""Plain data as bytes: what a judged program's values are written as, and read back as nothing else.

`encode` runs inside the judged process. It never calls a method that a subclass could have replaced, so an `int` whose
`__eq__` always says yes crosses as the integer it is. `decode` runs outside. It builds only the types below, whatever
the bytes are, within bounds on depth and size, and refuses everything else with ValueError.

It does not guard against false values: whatever a judged process writes is a claim.

- As themselves cross None, bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range,
  Decimal, Fraction, date, time, datetime, timedelta, Counter, defaultdict, OrderedDict and deque.
- As their base value cross instances of subclasses of these; a named tuple is a tuple, a numpy scalar its value.
- As an `Array` crosses a numpy array: its values as nested lists.
- As a `Handle`, which equals nothing, crosses everything else.

Two programs that talk to each other also write a `Reference`: it names a value that stays where it is, and what it
means is for its reader to say. It is written where `refer` puts one, and read only where `resolve` takes it.
"""

from __future__ import annotations

import collections
import struct
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

MAX_DEPTH = 100  # about 400 frames when reading
MAX_BYTES = 64 * 2**20
MAX_INT_BYTES = 32 * 2**10  # 79,000 digits; division of longer ones takes its time
MAX_RATIO_BITS = 8_192  # of a Fraction's parts: they are reduced by a quadratic algorithm
MAX_EXPONENT = 10_000  # of a Decimal: int(Decimal("1e999999999")) would fill the memory
MAX_SAME_HASH = 64  # members of one set or dict: colliding integers make building one quadratic

_LENGTH = struct.Struct(">I")
_SMALL_INT = struct.Struct(">q")
_FLOAT = struct.Struct(">d")


# No dataclasses: what they import would take two megabytes of every warm interpreter.


class Handle:
    """A value that is not plain data. It equals only itself, and each one read is another."""

    __slots__ = ("type_name",)

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name

    def __repr__(self) -> str:
        return f"Handle({self.type_name!r})"


class Array:
    """A numpy array: nested lists, or one value where it has no dimension."""

    __slots__ = ("values",)

    def __init__(self, values: Any) -> None:
        self.values = values

    def __repr__(self) -> str:
        return f"Array({self.values!r})"


class Reference:
    """Stands for a value that stays in the process that wrote this, or is written elsewhere in the same message."""

    __slots__ = ("kind", "parts")

    def __init__(self, kind: str, parts: tuple[Any, ...] = ()) -> None:
        self.kind, self.parts = kind, parts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and (self.kind, self.parts) == (other.kind, other.parts)

    def __hash__(self) -> int:
        return hash((self.kind, self.parts))

    def __repr__(self) -> str:
        return f"Reference({self.kind!r}, {self.parts!r})"


# ---------------------------------------------------------------------------------------------------- writing

Refer: TypeAlias = Callable[[Any], Any]


def encode(value: object, max_bytes: int = MAX_BYTES, *, strict: bool = False, refer: Refer | None = None) -> bytes:
    """Return `value` as bytes. With `strict`, nothing may become a Handle.

    `refer` is asked about everything but numbers, text and None: it returns a Reference, or the value to write.

    Raises:
        ValueError: it is nested deeper than MAX_DEPTH (or contains itself), too large, or not plain though it must be.
    """
    writer = _Writer(max_bytes, strict, refer)
    writer.value(value)
    return bytes(writer.out)


class _Writer:
    __slots__ = ("depth", "max_bytes", "out", "refer", "strict")

    def __init__(self, max_bytes: int, strict: bool, refer: Refer | None) -> None:
        self.strict = strict
        self.refer = refer
        self.out = bytearray()
        self.max_bytes = max_bytes
        self.depth = 0

    def value(self, value: Any) -> None:
        if self.depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        if len(self.out) > self.max_bytes:
            raise ValueError(f"larger than {self.max_bytes} bytes")
        cls = type(value)
        if self.refer is not None and cls not in _ATOMS:
            value = self.refer(value)
            cls = type(value)
        write = _WRITERS.get(cls) or _writer_of_base(cls)
        self.depth += 1
        (write or _write_foreign)(self, value)
        self.depth -= 1

    def sized(self, tag: bytes, body: bytes) -> None:
        self.out += tag
        self.out += _LENGTH.pack(len(body))
        self.out += body

    def items(self, tag: bytes, items: Iterable[object]) -> None:
        """Write a container. Its length is filled in afterwards, for a hostile one may lie about it."""
        self.out += tag
        at = len(self.out)
        self.out += _LENGTH.pack(0)
        count = 0
        for item in items:
            self.value(item)
            count += 1
        _LENGTH.pack_into(self.out, at, count)

    def parts(self, tag: bytes, parts: tuple[object, ...]) -> None:
        """Write a value that is built from a tuple of others."""
        self.out += tag
        self.value(parts)


def _write_none(to: _Writer, value: None) -> None:  # noqa: ARG001  # one signature for all
    to.out += b"N"


def _write_bool(to: _Writer, value: bool) -> None:
    to.out += b"T" if value else b"F"


def _write_int(to: _Writer, value: int) -> None:
    exact = int.__index__(value)
    bits = int.bit_length(exact)
    if bits < 64:
        to.out += b"i"
        to.out += _SMALL_INT.pack(exact)
        return
    if bits >= MAX_INT_BYTES * 8:
        raise ValueError(f"an integer of {bits} bits")
    to.sized(b"I", int.to_bytes(exact, bits // 8 + 1, "big", signed=True))


def _write_float(to: _Writer, value: float) -> None:
    to.out += b"f"
    to.out += _FLOAT.pack(float.__float__(value))


def _write_complex(to: _Writer, value: complex) -> None:
    exact = complex.__complex__(value)
    to.out += b"c"
    to.out += _FLOAT.pack(exact.real)
    to.out += _FLOAT.pack(exact.imag)


def _write_str(to: _Writer, value: str) -> None:
    to.sized(b"s", str.encode(value, "utf-8", "surrogatepass"))


def _write_bytes(to: _Writer, value: bytes) -> None:
    to.sized(b"b", bytes.__getitem__(value, slice(None)))


def _write_bytearray(to: _Writer, value: bytearray) -> None:
    to.sized(b"a", bytes(bytearray.__getitem__(value, slice(None))))


def _write_decimal(to: _Writer, value: Decimal) -> None:
    if not _is_tame(value):
        raise ValueError("a Decimal with a huge exponent")
    to.sized(b"D", str.encode(Decimal.__str__(value), "ascii"))


def _fields(*getters: Any) -> Callable[[Any], tuple[object, ...]]:
    """Read C-level properties through the class that owns them, so that no subclass can answer in its place."""
    return lambda value: tuple(getter.__get__(value) for getter in getters)


_DATE = _fields(date.year, date.month, date.day)
_CLOCK = (time.hour, time.minute, time.second, time.microsecond, time.fold)
_TIME = _fields(*_CLOCK)
_STAMP = _fields(datetime.hour, datetime.minute, datetime.second, datetime.microsecond, datetime.fold)
_DELTA = _fields(timedelta.days, timedelta.seconds, timedelta.microseconds)
_RANGE = _fields(range.start, range.stop, range.step)
_RATIO = _fields(Fraction.numerator, Fraction.denominator)


def _write_time(to: _Writer, value: time) -> None:
    to.parts(b"m", (*_TIME(value), time.utcoffset(value)))


def _write_datetime(to: _Writer, value: datetime) -> None:
    to.parts(b"M", (*_DATE(value), *_STAMP(value), datetime.utcoffset(value)))


def _built_from(tag: bytes, read: Callable[[Any], tuple[object, ...]]) -> Callable[[_Writer, Any], None]:
    return lambda to, value: to.parts(tag, read(value))


def _sequence(tag: bytes, iterate: Callable[[Any], Iterable[object]]) -> Callable[[_Writer, Any], None]:
    return lambda to, value: to.items(tag, iterate(value))


def _mapping(tag: bytes, items: Callable[[Any], Iterable[object]]) -> Callable[[_Writer, Any], None]:
    return lambda to, value: to.items(tag, (part for pair in items(value) for part in pair))  # type: ignore[attr-defined]  # items of a dict are pairs


def _write_reference(to: _Writer, value: Reference) -> None:
    to.parts(b"R", (value.kind, *value.parts))


# A subclass is written as the first base that fits: the special containers stand before dict.
_WRITERS: dict[type, Callable[[_Writer, Any], None]] = {
    type(None): _write_none,
    bool: _write_bool,
    int: _write_int,
    float: _write_float,
    complex: _write_complex,
    str: _write_str,
    bytes: _write_bytes,
    bytearray: _write_bytearray,
    list: _sequence(b"l", list.__iter__),
    tuple: _sequence(b"t", tuple.__iter__),
    set: _sequence(b"S", set.__iter__),
    frozenset: _sequence(b"Z", frozenset.__iter__),
    collections.deque: _sequence(b"q", collections.deque.__iter__),
    collections.Counter: _mapping(b"C", dict.items),
    collections.defaultdict: _mapping(b"U", dict.items),
    collections.OrderedDict: _mapping(b"O", collections.OrderedDict.items),
    dict: _mapping(b"d", dict.items),
    Decimal: _write_decimal,
    Fraction: _built_from(b"Q", _RATIO),
    datetime: _write_datetime,
    date: _built_from(b"y", _DATE),
    time: _write_time,
    timedelta: _built_from(b"e", _DELTA),
    range: _built_from(b"r", _RANGE),
    Reference: _write_reference,
}
TYPES = tuple(cls for cls in _WRITERS if cls is not Reference)
_ATOMS = frozenset({type(None), bool, int, float, str, bytes, Reference})


def _writer_of_base(cls: type) -> Callable[[_Writer, Any], None] | None:
    # issubclass and not isinstance: the latter believes a __class__ that the object makes up.
    return next((write for base, write in _WRITERS.items() if issubclass(cls, base)), None)


def _write_foreign(to: _Writer, value: Any) -> None:
    numpy = sys.modules.get("numpy")  # never imported here: a value of numpy's exists only where it is loaded
    if numpy is not None and issubclass(type(value), numpy.ndarray):
        to.out += b"A"
        to.value(numpy.ndarray.tolist(value))
    elif numpy is not None and issubclass(type(value), numpy.generic):
        _write_numpy_scalar(to, numpy.generic.item(value))
    else:
        _write_handle(to, value)


def _write_numpy_scalar(to: _Writer, item: object) -> None:
    # The item of a long double is itself again.
    if type(item) in _WRITERS:
        to.value(item)
    else:
        _write_handle(to, item)


def _write_handle(to: _Writer, value: object) -> None:
    name = value.type_name if type(value) is Handle else type.__dict__["__name__"].__get__(type(value))
    if to.strict:
        raise ValueError(f"a {name} is no plain data")
    to.sized(b"H", str.encode(name[:200], "utf-8", "surrogatepass"))


# ---------------------------------------------------------------------------------------------------- reading


class Budget:
    """How many values may still be read: many small ones take the reader's time, whatever bytes they are."""

    __slots__ = ("values",)

    def __init__(self, values: int) -> None:
        self.values = values


def decode(
    data: bytes,
    max_bytes: int = MAX_BYTES,
    resolve: Callable[[Reference], Any] | None = None,
    budget: Budget | None = None,
) -> Any:
    """Return the value that `data` holds.

    `resolve` gives what a Reference stands for. Without it there may be none, and with it no Handle and no Array.
    `budget` is charged for every value in it.

    Raises:
        ValueError: the bytes are not what `encode` writes, or pass a bound.
    """
    if len(data) > max_bytes:
        raise ValueError(f"larger than {max_bytes} bytes")
    reader = _Reader(data, resolve, MAX_BYTES if budget is None else budget.values)
    try:
        value = reader.value()
    except RecursionError as error:  # only where the caller stands deep itself
        raise ValueError("nested too deep to be read here") from error
    finally:
        if budget is not None:
            budget.values = reader.left
    if reader.at != len(data):
        raise ValueError("bytes after the value")
    return value


class _Reader:
    __slots__ = ("at", "data", "depth", "left", "resolve")

    def __init__(self, data: bytes, resolve: Callable[[Reference], Any] | None, max_values: int) -> None:
        self.resolve = resolve
        self.left = max_values
        self.data = data
        self.at = 0
        self.depth = 0

    def value(self) -> Any:
        if self.depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")
        tag = self.take(1)
        read = _READERS.get(tag)
        if read is None:
            raise ValueError(f"no value begins with {tag!r}")
        self.left -= 1
        if self.left < 0:
            raise ValueError("too many values")
        self.depth += 1
        value = read(self)
        self.depth -= 1
        return value

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self.data):
            raise ValueError("the bytes end too early")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def length(self) -> int:
        length: int = _LENGTH.unpack(self.take(4))[0]
        if length > len(self.data) - self.at:  # every item takes a byte at least
            raise ValueError("the bytes end too early")
        return length

    def sized(self) -> bytes:
        return self.take(self.length())

    def items(self) -> list[Any]:
        return [self.value() for _ in range(self.length())]


def _read_float(source: _Reader) -> float:
    value: float = _FLOAT.unpack(source.take(8))[0]
    return value


def _read_int(source: _Reader) -> int:
    body = source.sized()
    if len(body) > MAX_INT_BYTES:
        raise ValueError("the integer is too long")
    return int.from_bytes(body, "big", signed=True)


def _read_decimal(source: _Reader) -> Decimal:
    body = source.sized()
    try:
        value = Decimal(body.decode("ascii"))
    except ArithmeticError as error:
        raise ValueError("not a Decimal") from error
    if not _is_tame(value):
        raise ValueError("the exponent is too large")
    return value


def _is_tame(value: Decimal) -> bool:
    """Refuse huge exponents, and the NaN that raises when it is compared."""
    if Decimal.is_finite(value):
        return abs(Decimal.adjusted(value)) <= MAX_EXPONENT
    return not Decimal.is_snan(value)


def few_same_hash(members: list[Any]) -> list[Any]:
    """Return the members of a set, or the keys of a dict, as they are.

    Raises:
        ValueError: one is unhashable, or so many share a hash that building the set would take quadratic time.
    """
    try:
        hashes = collections.Counter(map(hash, members))
    except TypeError as error:
        raise ValueError("an unhashable member") from error
    if max(hashes.values(), default=0) > MAX_SAME_HASH:
        raise ValueError("too many members with the same hash")
    return members


def _read_pairs(source: _Reader) -> list[tuple[Any, Any]]:
    flat = source.items()
    if len(flat) % 2:
        raise ValueError("a key without a value")
    return list(zip(few_same_hash(flat[::2]), flat[1::2], strict=True))


def _read_default(source: _Reader) -> Any:
    return collections.defaultdict(None, _read_pairs(source))


def _read_counter(source: _Reader) -> Any:
    return collections.Counter(dict(_read_pairs(source)))


def _fraction(numerator: Any, denominator: Any) -> Fraction:
    if max(int.bit_length(numerator), int.bit_length(denominator)) > MAX_RATIO_BITS:
        raise ValueError("the parts of the fraction are too long")
    return Fraction(numerator, denominator)


def _zone(offset: timedelta | None) -> timezone | None:
    return None if offset is None else timezone(offset)


def _time(hour: Any, minute: Any, second: Any, micro: Any, fold: Any, offset: Any) -> time:
    return time(hour, minute, second, micro, _zone(offset), fold=fold)


def _datetime(year: Any, month: Any, day: Any, *clock: Any) -> datetime:
    return datetime.combine(date(year, month, day), _time(*clock))


_PARTS = (int, timedelta, type(None))


def _building(build: Callable[..., Any]) -> Callable[[_Reader], Any]:
    """Read a tuple and build from it; what the class refuses is malformed."""

    def read(source: _Reader) -> Any:
        parts = source.value()
        # Only numbers: date and datetime also take the bytes of a pickle, which they hardly check.
        if type(parts) is not tuple or not all(isinstance(part, _PARTS) for part in parts):
            raise ValueError("not a tuple of parts")
        try:
            return build(*parts)
        except (TypeError, ArithmeticError, AttributeError) as error:
            raise ValueError("the parts do not fit together") from error

    return read


def _always(value: object) -> Callable[[_Reader], object]:
    return lambda _: value


def _unreferring(read: Callable[[_Reader], Any]) -> Callable[[_Reader], Any]:
    """Refuse, where there are references, what stands for a value that did not cross."""

    def read_unless(source: _Reader) -> Any:
        if source.resolve is not None:
            raise ValueError("a handle, where there are references")
        return read(source)

    return read_unless


def _read_reference(source: _Reader) -> Any:
    if source.resolve is None:
        raise ValueError("a reference, where there may be none")
    named = source.value()
    if type(named) is not tuple or not named or type(named[0]) is not str:
        raise ValueError("a reference without its kind")
    return source.resolve(Reference(named[0], named[1:]))


_READERS: dict[bytes, Callable[[_Reader], Any]] = {
    b"N": _always(None),
    b"T": _always(True),
    b"F": _always(False),
    b"i": lambda source: _SMALL_INT.unpack(source.take(8))[0],
    b"I": _read_int,
    b"f": _read_float,
    b"c": lambda source: complex(_read_float(source), _read_float(source)),
    b"s": lambda source: source.sized().decode("utf-8", "surrogatepass"),
    b"b": lambda source: source.sized(),
    b"a": lambda source: bytearray(source.sized()),
    b"l": lambda source: source.items(),
    b"t": lambda source: tuple(source.items()),
    b"S": lambda source: set(few_same_hash(source.items())),
    b"Z": lambda source: frozenset(few_same_hash(source.items())),
    b"q": lambda source: collections.deque(source.items()),
    b"d": lambda source: dict(_read_pairs(source)),
    b"C": _read_counter,
    b"U": _read_default,
    b"O": lambda source: collections.OrderedDict(_read_pairs(source)),
    b"D": _read_decimal,
    b"Q": _building(_fraction),
    b"y": _building(date),
    b"m": _building(_time),
    b"M": _building(_datetime),
    b"e": _building(timedelta),
    b"r": _building(range),
    b"A": _unreferring(lambda source: Array(source.value())),
    b"R": _read_reference,
    b"H": _unreferring(lambda source: Handle(source.sized().decode("utf-8", "surrogatepass"))),
}


def has_handle(value: object) -> bool:
    """Say whether a decoded value is a Handle, or holds one."""
    if isinstance(value, Handle):
        return True
    if isinstance(value, Array):
        return has_handle(value.values)
    if isinstance(value, dict):
        return any(has_handle(key) or has_handle(item) for key, item in value.items())
    if isinstance(value, list | tuple | set | frozenset | collections.deque):
        return any(map(has_handle, value))
    return False
