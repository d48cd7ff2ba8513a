"""Keeps the objects of a judged program behind numbers, and does with them what the tests beside it ask.

This runs where the judged program runs, which may have changed anything in it: whatever is written here is a claim
about a value, never a verdict. What comes in is what the tests hand to the program, never what they expect of it.

The tests ask (`find`, `names`, `call`, `method`, `get`, `set`, `del`, `op`, `base`) and get `value`, `raised` or
`missing`, or, before that, are asked back: `callback` calls a function that they handed over, `step` takes the next
item of an iterator of theirs. Nothing else can be asked of them.
"""

from __future__ import annotations

import collections
import importlib
import io
import operator
import sys
import traceback
from collections.abc import Callable
from types import FunctionType, MethodDescriptorType, ModuleType
from typing import Any, TypeAlias

from sandbox import plain
from sandbox.plain import Reference
from sandbox.zygote import dunders
from sandbox.zygote.calls import MAX_TEXT, find_entry
from sandbox.zygote.crossing import (
    CannotCross,
    Packing,
    Side,
    Unpacking,
    common_reference,
    common_value,
    dotted_name,
    joined,
    may_be_named,
    parted,
)
from sandbox.zygote.dunders import carry_out, defined_by

MAX_PRINTED = 2**20
OURS = (__file__, dunders.__file__)
# An instance of a subclass of these crosses with its base value; the mutable ones are asked for it each time.
VALUES: dict[type, Callable[[Any], Any]] = {
    int: int.__index__,
    float: float.__float__,
    complex: complex.__complex__,
    str: str.__str__,
    bytes: lambda value: bytes.__getitem__(value, slice(None)),
    tuple: lambda value: tuple(tuple.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
}
MUTABLE: dict[type, Callable[[Any], Any]] = {
    list: lambda value: list(list.__iter__(value)),
    dict: lambda value: dict(dict.items(value)),
    set: lambda value: set(set.__iter__(value)),
    bytearray: lambda value: bytearray(bytearray.__getitem__(value, slice(None))),
    collections.deque: lambda value: collections.deque(collections.deque.__iter__(value)),
}

Read: TypeAlias = Callable[[], bytes | None]
Write: TypeAlias = Callable[[bytes], None]


class Callback:
    """A function of the tests. Calling it asks them."""

    def __init__(self, objects: Objects, number: int, name: str, doc: str | None) -> None:
        self._objects = objects
        self._number = number
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc
        self.__module__ = "tests"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._objects.ask_back("callback", self._number, args, tuple(kwargs.items()))

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None else lambda *args, **kwargs: self(instance, *args, **kwargs)


class Steps:
    """An iterator of the tests."""

    def __init__(self, objects: Objects, number: int) -> None:
        self._objects = objects
        self._number = number

    def __iter__(self) -> Steps:
        return self

    def __next__(self) -> Any:
        return self._objects.ask_back("step", self._number)


class Objects(Side):
    """All that one program has shown of itself, by number."""

    def __init__(self, module: ModuleType, read: Read, write: Write) -> None:
        super().__init__()
        self._namespace = module.__dict__
        self._read, self._write = read, write
        self._kept: list[Any] = []
        self._numbers: dict[int, int] = {}
        self._described: set[int] = set()
        self._news: list[tuple[Any, ...]] = []
        self._verbs: dict[str, Callable[..., Any]] = {
            "share": self._share,
            "names": self._names,
            "find": self._find,
            "call": self._call,
            "method": lambda target, name, args, kwargs: getattr(target, name)(*args, **dict(kwargs)),
            "get": getattr,
            "set": setattr,
            "del": delattr,
            "op": lambda name, target, rest: carry_out(name, target, rest),
            "exit": lambda target, error: type(target).__exit__(target, type(error), error, None),
            "base": self._base,
        }

    # -------------------------------------------------------------------------------------------------- serving

    def serve(self) -> None:
        """Answer until the tests are done."""
        while (frame := self._read()) is not None:
            request = Unpacking(self)
            self._write(self._answer(request, request.unpacked(parted(frame)[1])))

    def _answer(self, request: Unpacking, message: tuple[Any, ...]) -> bytes:
        verb, *rest = message
        try:
            answer: tuple[Any, ...] = ("value", self._verbs[verb](*rest))
        except _Missing as missing:
            answer = ("missing", missing.name)
        except BaseException as error:  # noqa: BLE001  # what judged code raises, SystemExit included, is its answer
            answer = ("raised", error, _trace(error))
        return self._packed(answer, request)

    def _packed(self, answer: tuple[Any, ...], request: Unpacking) -> bytes:
        arguments = request.containers
        try:
            return self._frame((*answer, request.changed(), self._said()), arguments)
        except CannotCross as error:
            return self._frame(("raised", TypeError(str(error)), "", (), ""), arguments)
        except BaseException as error:  # noqa: BLE001  # a hostile value may raise anything while it is read
            name = type.__dict__["__name__"].__get__(type(error))
            text = f"the value cannot be read: {name}: {error if type(error) is ValueError else ''}"
            return self._frame(("raised", ValueError(text), "", (), ""), arguments)

    def _frame(self, message: tuple[Any, ...], arguments: list[Any]) -> bytes:
        body = Packing(self, arguments).packed(message)
        news, self._news = tuple(self._news), []
        return joined(plain.encode(news), body)

    def ask_back(self, *message: Any) -> Any:
        """Ask the tests something while they wait for an answer; return what they say, or raise it.

        They may ask in turn before they say it.
        """
        packing = Packing(self)
        body = packing.packed((*message, (), self._said()))
        news, self._news = tuple(self._news), []
        self._write(joined(plain.encode(news), body))
        while (frame := self._read()) is not None:
            heard = Unpacking(self, packing.containers)
            verb, *rest = heard.unpacked(parted(frame)[1])
            if verb not in ("returned", "threw"):
                self._write(self._answer(heard, (verb, *rest)))
                continue
            value, changed = rest
            self.refill(packing.containers, changed)
            if verb == "threw":
                raise value
            return value
        raise SystemExit(0)

    def _said(self) -> str:
        """What the program has printed since the last answer, for tests that read it."""
        return sys.stdout.taken() if type(sys.stdout) is Heard else ""

    # ---------------------------------------------------------------------------------------------------- verbs

    def _share(self, names: tuple[str, ...]) -> None:
        for name in names:
            found = self._namespace.get(name)
            if isinstance(found, type):
                self.shared[name] = found

    def _names(self, names: tuple[str, ...]) -> tuple[tuple[str, Any], ...]:
        return tuple((name, self._namespace[name]) for name in names if name in self._namespace)

    def _find(self, name: str) -> Any:
        if name in self._namespace:
            return self._namespace[name]
        found = find_entry(self._namespace, name)
        if found is None:
            raise _Missing(name)
        return found

    def _call(self, target: Any, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> Any:
        return target(*args, **dict(kwargs))

    def _base(self, target: Any) -> Any:
        return next(read(target) for base, read in MUTABLE.items() if issubclass(type(target), base))

    # ------------------------------------------------------------------------------------------------ references

    def is_shared(self, value: Any, name: str) -> bool:  # noqa: ARG002  # the base class has one signature for both
        # By its name: a program may define the class that the setup defined once more.
        return hasattr(value, "__dict__")

    def refer(self, value: Any) -> Any:
        cls = type(value)
        if cls is Callback or cls is Steps:
            return Reference("theirs", (value._number,))
        if issubclass(cls, BaseException):
            return self._exception(value)
        if issubclass(cls, type):
            return self._class(value)
        reference = common_reference(value)
        if reference is not None:
            return reference
        if issubclass(cls, tuple(VALUES)):
            return self._valued(value, cls)
        if self._is_plain(cls):
            return value
        kind = "coroutine" if hasattr(cls, "__await__") and hasattr(cls, "cr_frame") else "object"
        return Reference(kind, (self._number(value), self._class_number(cls)))

    def _is_plain(self, cls: type) -> bool:
        return not issubclass(cls, tuple(MUTABLE)) and issubclass(cls, plain.TYPES)

    def _valued(self, value: Any, cls: type) -> Reference:
        base = next(base for base in VALUES if issubclass(cls, base))
        fields = tuple(map(str, getattr(cls, "_fields", ()))) if base is tuple else ()
        exact = VALUES[base](value)
        return Reference("valued", (self._number(value), self._class_number(cls), base.__name__, exact, fields))

    def _exception(self, error: BaseException) -> Reference:
        cls = type(error)
        named = _name_of(cls) or self._class_number(cls)
        args = BaseException.args.__get__(error)  # type: ignore[attr-defined]  # read through the class that owns it
        try:
            text = str(error)[:MAX_TEXT]
        except Exception:  # noqa: BLE001  # the exception's own __str__ is judged code
            text = ""
        return Reference("exception", (self._number(error), named, args, text))

    def _class(self, cls: type) -> Reference:
        name = _name_of(cls)
        return Reference("named", (name,)) if name else Reference("class", (self._class_number(cls),))

    def _number(self, value: Any) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._kept)
            self._kept.append(value)
        return number

    def _class_number(self, cls: type) -> int:
        number = self._number(cls)
        if number not in self._described:
            self._described.add(number)
            self._news.append(self._description(number, cls))
        return number

    def _description(self, number: int, cls: type) -> tuple[Any, ...]:
        """Say of a class what its proxy needs; its bases stand before it in the news."""
        plain_base = next((base for base in (*VALUES, *MUTABLE) if issubclass(cls, base)), None)
        bases = [
            _name_of(base) or self._class_number(base)
            for base in type.__dict__["__bases__"].__get__(cls)
            if base is not object and base is not plain_base
        ]
        return (
            number,
            type.__dict__["__name__"].__get__(cls),
            tuple(bases),
            defined_by(cls),
            tuple(_methods(cls)),
            plain_base.__name__ if plain_base else "",
        )

    def resolve(self, reference: Reference) -> Any:
        parts = reference.parts
        if reference.kind == "object":
            return self._kept[parts[0]]
        if reference.kind == "theirs":
            return Callback(self, *parts)
        if reference.kind == "steps":
            return Steps(self, *parts)
        if reference.kind == "named":
            module, _, name = parts[0].rpartition(".")
            return operator.attrgetter(name)(importlib.import_module(module))
        if reference.kind == "exception":
            return parts[0](*parts[1])
        if reference.kind == "named_tuple":
            return collections.namedtuple(parts[0], parts[1])(*parts[2])
        return common_value(reference)


class _Missing(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Heard(io.TextIOWrapper):
    """Standard output that remembers what passed through it, up to a ceiling."""

    def __init__(self, buffer: Any, *rest: Any) -> None:
        super().__init__(buffer, *rest)
        self._parts: list[str] = []
        self._room = MAX_PRINTED

    def write(self, text: str, /) -> int:
        if self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)
        return super().write(text)

    def taken(self) -> str:
        text = "".join(self._parts)
        self._parts.clear()
        return text


def _name_of(cls: type) -> str | None:
    dotted = dotted_name(cls)
    return dotted if dotted is not None and may_be_named(dotted) else None


def _methods(cls: type) -> list[str]:
    found: dict[str, object] = {}
    for base in reversed(type.__dict__["__mro__"].__get__(cls)):
        found.update(type.__dict__["__dict__"].__get__(base))
    return [
        name
        for name, value in found.items()
        if isinstance(value, FunctionType | MethodDescriptorType) and not name.startswith("__")
    ]


def _trace(error: BaseException) -> str:
    """The traceback, cut to the program's own frames."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename in OURS:
        frames = frames.tb_next
    try:
        return "".join(traceback.format_exception(type(error), error, frames))[-MAX_TEXT:]
    except Exception:  # noqa: BLE001  # the exception's own __str__ is judged code
        return ""
