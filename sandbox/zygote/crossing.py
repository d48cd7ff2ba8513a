"""How values cross between a program and the tests beside it: plain data by value, all else by a reference.

Both processes use this file, each for its own side. A message is one list of `sandbox.plain`: first the message itself,
then what the containers in it hold. A list, dict, set, array and the like is written as a reference to its number, so
that the same object twice, or inside itself, arrives as the same object; and so that the far side can say afterwards
what a call has changed in which of them.

Nothing here trusts what it reads more than `sandbox.plain` does. What a reference to an object of the far side may
become is for the two sides to say: see `objects` and `proxies`.
"""

from __future__ import annotations

import collections
import importlib
import math
import operator
import re
import struct
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from types import BuiltinFunctionType
from typing import Any

from sandbox import plain
from sandbox.plain import Reference

MAX_FRAME_BYTES = 8 * 2**20
UNTOUCHING = frozenset({"names", "share", "find"})  # what asks the program for no more than a name
LENGTH = struct.Struct("!I")
# Built by value on both sides when of exactly these types; a subclass is an object of its own.
INLINE = frozenset({complex, tuple, frozenset, range, Decimal, Fraction, datetime, date, time, timedelta})
SINGLES = {"NotImplemented": NotImplemented, "Ellipsis": Ellipsis}
VIEWS: dict[type, str] = {type({}.keys()): "keys", type({}.values()): "values", type({}.items()): "items"}
_DTYPE = re.compile(r"[<>|=]?(?:[biufc](?:1|2|4|8|16|32)|\?|b1|[SU]\d{1,6}|[mM]8(?:\[\d*[A-Za-zμ]{1,2}\])?)")


class CannotCross(BaseException):
    """The value can neither be copied nor stand for itself on the other side; the message says what it is."""


# ------------------------------------------------------------------------------------------------- containers


@dataclass(frozen=True, slots=True)
class Sort:
    """One kind of container: how an empty one is made, what it holds as a tuple, and how it is given other contents."""

    make: Callable[..., Any]
    content: Callable[[Any], Any]
    fill: Callable[[Any, Any], None]


def _flat(mapping: Any) -> tuple[Any, ...]:
    return tuple(part for pair in mapping.items() for part in pair)


def _fill_list(items: Any, content: Any) -> None:
    items[:] = content


def _fill_dict(mapping: Any, content: Any) -> None:
    keys = plain.few_same_hash(list(content[::2]))
    mapping.clear()
    for key, value in zip(keys, content[1::2], strict=True):
        mapping[key] = value


def _fill_default_dict(mapping: Any, content: Any) -> None:
    factory, *flat = content
    mapping.default_factory = factory if callable(factory) else None
    _fill_dict(mapping, flat)


def _fill_set(members: Any, content: Any) -> None:
    plain.few_same_hash(list(content))
    members.clear()
    members.update(content)


def _fill_deque(items: Any, content: Any) -> None:
    items.clear()
    items.extend(content)


def _fill_object(instance: Any, content: Any) -> None:
    attributes = vars(instance)
    attributes.clear()
    attributes.update(zip(content[::2], content[1::2], strict=True))


def _array_content(array: Any) -> Any:
    return tuple(array.ravel().tolist()) if array.dtype.hasobject else array.tobytes()


def _fill_array(array: Any, content: Any) -> None:
    numpy = importlib.import_module("numpy")
    if isinstance(content, bytes):
        array[...] = numpy.frombuffer(content, array.dtype).reshape(array.shape)
        return
    items = numpy.empty(len(content), object)
    for at, item in enumerate(content):
        items[at] = item
    array[...] = items.reshape(array.shape)


def _make_array(dtype: str, shape: tuple[int, ...]) -> Any:
    numpy = importlib.import_module("numpy")
    kind = numpy.dtype("O" if dtype == "O" else _tame_dtype(dtype))
    if any(side < 0 for side in shape) or math.prod(shape) * kind.itemsize > MAX_FRAME_BYTES:
        raise ValueError("the array is too large")
    return numpy.zeros(shape, kind)


def _tame_dtype(dtype: str) -> str:
    if not _DTYPE.fullmatch(dtype):
        raise ValueError("no dtype that may cross")
    return dtype


SORTS: dict[str, Sort] = {
    "list": Sort(list, tuple, _fill_list),
    "dict": Sort(dict, _flat, _fill_dict),
    "set": Sort(set, tuple, _fill_set),
    "bytearray": Sort(bytearray, bytes, _fill_list),
    "deque": Sort(lambda most=None: collections.deque(maxlen=most), tuple, _fill_deque),
    "Counter": Sort(collections.Counter, _flat, _fill_dict),
    "OrderedDict": Sort(collections.OrderedDict, _flat, _fill_dict),
    "defaultdict": Sort(
        collections.defaultdict, lambda mapping: (mapping.default_factory, *_flat(mapping)), _fill_default_dict
    ),
    "ndarray": Sort(_make_array, _array_content, _fill_array),
    "object": Sort(lambda: None, lambda instance: _flat(vars(instance)), _fill_object),  # made by its side
}
CONTAINERS: dict[type, str] = {
    list: "list",
    dict: "dict",
    set: "set",
    bytearray: "bytearray",
    collections.Counter: "Counter",
    collections.OrderedDict: "OrderedDict",
    collections.defaultdict: "defaultdict",
}


# ------------------------------------------------------------------------------------------------------- sides


class Side:
    """What one process knows of values that are not plain. `shared` are classes that both define, by their names."""

    def __init__(self) -> None:
        self.shared: dict[str, type] = {}

    def refer(self, value: Any) -> Any:
        """Return a Reference to a value that is no plain data and no container, or plain data for it."""
        raise NotImplementedError

    def resolve(self, reference: Reference) -> Any:
        """Return what a reference of the far side stands for here."""
        raise NotImplementedError

    def kind_of(self, value: Any) -> tuple[Any, ...] | None:
        """Return what to say of a container beside its number; None for what is no container."""
        cls = type(value)
        if cls in CONTAINERS:
            return (CONTAINERS[cls],)
        if cls is collections.deque:
            return ("deque", value.maxlen)
        if _is_numpy(cls, "ndarray"):
            dtype = "O" if value.dtype.hasobject else value.dtype.str
            return ("ndarray", dtype, value.shape)
        name = type.__dict__["__name__"].__get__(cls)
        return ("object", name) if name in self.shared and self.is_shared(value, name) else None

    def is_shared(self, value: Any, name: str) -> bool:
        """Whether an instance of a class of this name, which both define, crosses by value."""
        return type(value) is self.shared[name]

    def refill(self, containers: Sequence[Any], changed: Sequence[tuple[int, Any]]) -> None:
        """Give containers that were sent the content that the far side says they have now."""
        for number, content in changed:
            kind = self.kind_of(containers[number])
            if kind is not None:
                SORTS[kind[0]].fill(containers[number], content)

    def made(self, kind: str, *rest: Any) -> Any:
        """Return an empty container."""
        if kind != "object":
            return SORTS[kind].make(*rest)
        return object.__new__(self.shared[rest[0]])


def _is_numpy(cls: type, name: str) -> bool:
    numpy = sys.modules.get("numpy")  # a value of numpy's exists only where it is loaded
    return numpy is not None and issubclass(cls, getattr(numpy, name))


def common_reference(value: Any) -> Reference | None:
    """Return a reference for the few values that mean the same in every process."""
    cls = type(value)
    if cls is slice:
        return Reference("slice", (value.start, value.stop, value.step))
    if value is NotImplemented or value is Ellipsis:
        return Reference("single", (str(value),))
    if cls in VIEWS:
        return Reference("view", (VIEWS[cls], tuple(value)))
    if _is_numpy(cls, "generic") and not value.dtype.hasobject:
        return Reference("scalar", (value.dtype.str, value.tobytes()))
    return None


def common_value(reference: Reference) -> Any:
    """Return what such a reference stands for.

    Raises:
        ValueError: it is none of them.
    """
    read = _COMMON.get(reference.kind)
    if read is None:
        raise ValueError(f"no reference is of the kind {reference.kind!r}")
    return read(*reference.parts)


def _scalar(dtype: str, content: bytes) -> Any:
    return importlib.import_module("numpy").frombuffer(content, _tame_dtype(dtype))[0]


def _view(kind: str, items: tuple[Any, ...]) -> Any:
    if kind == "values":
        return dict(enumerate(items)).values()
    if kind == "keys":
        return dict.fromkeys(plain.few_same_hash(list(items))).keys()
    plain.few_same_hash([key for key, _ in items])
    return dict(items).items()


_COMMON: dict[str, Callable[..., Any]] = {
    "slice": slice,
    "single": SINGLES.__getitem__,
    "view": _view,
    "scalar": _scalar,
}


# From where the program may name a class. None of them runs anything when it is called with plain data.
NAMED = frozenset(
    [
        *("builtins", "collections", "decimal", "fractions", "datetime", "json.decoder", "re", "struct", "zlib"),
        *("binascii", "statistics", "queue", "_queue", "csv", "_csv", "dataclasses", "copy", "configparser"),
        *("zipfile", "uuid", "numpy", "numpy.linalg"),
    ]
)
REFUSED = frozenset({"builtins.type", "builtins.super", "builtins.property"})


def may_be_named(dotted: str) -> bool:
    """Whether the tests' side takes this class of the standard library for what it is, on the program's word."""
    return dotted.rpartition(".")[0] in NAMED and dotted not in REFUSED


def dotted_name(value: Any) -> str | None:
    """Return the name by which a class or function of the standard library is found, None for any other value."""
    if not isinstance(value, type | BuiltinFunctionType) or not isinstance(value.__module__, str):
        return None
    module, name = value.__module__, value.__qualname__
    if module.partition(".")[0] not in (*sys.stdlib_module_names, "numpy"):
        return None
    found = getattr(sys.modules.get(module), name, None)
    return f"{module}.{name}" if found is value else None


# ---------------------------------------------------------------------------------------------------- messages


class Packing:
    """One message on its way out. `containers` are those that it holds, by their numbers."""

    def __init__(self, side: Side, arguments: Sequence[Any] = ()) -> None:
        self._side = side
        self._arguments = {id(container): number for number, container in enumerate(arguments)}
        self._numbers: dict[int, int] = {}
        self._document: list[Any] = []
        self.containers: list[Any] = []

    def packed(self, message: tuple[Any, ...]) -> bytes:
        """Return the message as bytes.

        Raises:
            ValueError: it is too long, or nested too deep.
            CannotCross: something in it cannot.
        """
        self._document = [message]
        return plain.encode(self._document, MAX_FRAME_BYTES, refer=self._refer)

    def _refer(self, value: Any) -> Any:
        if value is self._document or type(value) in INLINE:
            return value
        kind = self._side.kind_of(value)
        if kind is None:
            return self._side.refer(value)
        if id(value) in self._arguments:
            return Reference("given", (self._arguments[id(value)],))
        number = self._numbers.get(id(value))
        if number is None:
            number = self._add(value, kind[0])
        return Reference("held", (number, *kind))

    def _add(self, container: Any, kind: str) -> int:
        number = self._numbers[id(container)] = len(self.containers)
        self.containers.append(container)
        self._document.append(SORTS[kind].content(container))  # written when the writer gets there
        return number


class Unpacking:
    """One message that came in. `arguments` are the containers of the message that it answers."""

    def __init__(self, side: Side, arguments: Sequence[Any] = ()) -> None:
        self._side = side
        self._arguments = arguments
        self._made: dict[int, Any] = {}
        self._kinds: dict[int, str] = {}
        self._contents: list[Any] = []

    def unpacked(self, data: bytes) -> tuple[Any, ...]:
        """Return the message.

        Raises:
            ValueError, LookupError, TypeError: the bytes are not what Packing writes.
        """
        message, *self._contents = plain.decode(data, MAX_FRAME_BYTES, self._resolve)
        for number, content in enumerate(self._contents):
            SORTS[self._kinds[number]].fill(self._made[number], content)
        if type(message) is not tuple or not message:
            raise ValueError("no message")
        return message

    @property
    def containers(self) -> list[Any]:
        return [self._made[number] for number in range(len(self._contents))]

    def changed(self) -> tuple[tuple[int, Any], ...]:
        """Return the number and the present content of each container that is not as it came."""
        found = []
        for number, came in enumerate(self._contents):
            now = SORTS[self._kinds[number]].content(self._made[number])
            if not _same_content(came, now):
                found.append((number, now))
        return tuple(found)

    def _resolve(self, reference: Reference) -> Any:
        if reference.kind == "given":
            return self._arguments[reference.parts[0]]
        if reference.kind != "held":
            return self._side.resolve(reference)
        number, *kind = reference.parts
        if number not in self._made:
            self._made[number] = self._side.made(*kind)
            self._kinds[number] = kind[0]
        return self._made[number]


def _same_content(came: Any, now: Any) -> bool:
    if isinstance(came, bytes):
        return bool(came == now)
    is_same: bool = len(came) == len(now) and all(map(operator.is_, came, now))
    return is_same


# ------------------------------------------------------------------------------------------------------ frames


def joined(classes: bytes, message: bytes) -> bytes:
    """A frame: descriptions of classes that the far side has not seen yet, then the message that needs them."""
    return LENGTH.pack(len(classes)) + classes + message


def parted(frame: bytes) -> tuple[bytes, bytes]:
    """Return the two parts of a frame.

    Raises:
        ValueError: it has no two parts.
    """
    if len(frame) < LENGTH.size:
        raise ValueError("a frame without its length")
    end = LENGTH.size + LENGTH.unpack_from(frame)[0]
    if end > len(frame):
        raise ValueError("a frame that ends too early")
    return frame[LENGTH.size : end], frame[end:]
