"""Stands in for a program's functions, classes and objects inside the process that runs the tests.

What the program answers is read as plain data, and everything else of its becomes a proxy of ours: its methods can be
called, but it decides nothing here. Three rules keep a verdict from being forged, and an expected value from leaking:

- An object of the program's never equals plain data, and is not asked. Two of its objects are compared by the program.
- Order and arithmetic between such an object and plain data are asked only where the tests built the object themselves
  from a class that they name: else `abs(f(2) - 4) < 1e-6` would tell the program the 4 and let it answer 0. So too
  for `4 in f(2)` and `f(2).startswith("4")`.
- What fails inside a function that the tests handed over, or inside a `with` block of the program's, stays failed,
  whatever the program does with the exception; and the exception goes over without its text.

Not carried: see `docs/sandbox.md`.
"""

from __future__ import annotations

import collections
import functools
import importlib
import inspect
import io
import keyword
import opcode
import operator
import sys
import threading
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox import plain
from sandbox.plain import Reference
from sandbox.zygote.crossing import (
    UNTOUCHING,
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
from sandbox.zygote.dunders import COMBINING, COMPARING, FORWARDED

FILE_NAMES = (TESTS_FILE, SETUP_FILE) = ("tests.py", "setup.py")
MAX_NAME = 100
MAX_FIELDS = 1_000
KNOWN = {  # classes of Python's own that tests ask for by isinstance
    "generator": types.GeneratorType,
    "function": types.FunctionType,
    "method": types.MethodType,
    "coroutine": types.CoroutineType,
    "list": list,
    "dict": dict,
    "set": set,
    "bytearray": bytearray,
    "deque": collections.deque,
}
BASES: dict[str, type] = {cls.__name__: cls for cls in (int, float, complex, str, bytes, tuple, frozenset)}


# Methods of plain data that compare it with what they are given: of what came back they are not asked either.
TELLING = frozenset({"startswith", "endswith", "issubset", "issuperset", "isdisjoint"})


class Malformed(Exception):
    """What the program's process wrote is no answer."""


class Missing(AttributeError):
    """The program does not define what the tests are about."""


@dataclass(slots=True)
class Peer:
    """What a proxy stands for. `is_built`: the tests made it themselves, by calling a class that they name."""

    session: Session
    number: int
    is_built: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """How an exception that the program raised looked there."""

    trace: str


def peer_of(value: Any) -> Peer | None:
    """Return what a proxy stands for, None for every other value."""
    cls = type(value)
    if issubclass(cls, RemoteType):
        return _space(value).get("_truegold_class")  # type: ignore[no-any-return]  # set by us alone
    if issubclass(type(cls), RemoteType):
        return object.__getattribute__(value, "_truegold")  # type: ignore[no-any-return]  # set by us alone
    return None


def _peer(proxy: Any) -> Peer:
    peer = peer_of(proxy)
    assert peer is not None
    return peer


def _space(cls: type) -> Any:
    return type.__dict__["__dict__"].__get__(cls)


def fault_of(error: BaseException) -> Fault | None:
    """Return how the program raised this exception, None where the tests did."""
    return error.__dict__.get("_truegold_fault")


# ------------------------------------------------------------------------------------------------------ proxies


class RemoteType(type):
    """A class of the program's."""

    _truegold_class: Peer

    def __new__(cls, name: str, bases: tuple[type, ...], _space: dict[str, Any], **_named: Any) -> RemoteType:
        session = next(peer.session for base in bases if (peer := peer_of(base)) is not None)
        raise session.cannot(f"the tests derive a class, {name}, from a class of the completion's")

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        peer = cls._truegold_class
        made = peer.session.call(peer.number, args, kwargs)
        return _built(made) if cls.__name__ in peer.session.class_names and type(made) is cls else made

    def __getattr__(cls, name: str) -> Any:
        peer = cls._truegold_class
        return peer.session.ask("get", peer.session.reference(peer.number), name)

    def __setattr__(cls, name: str, value: Any) -> None:
        peer = cls._truegold_class
        peer.session.ask("set", peer.session.reference(peer.number), name, value)

    def __delattr__(cls, name: str) -> None:
        peer = cls._truegold_class
        peer.session.ask("del", peer.session.reference(peer.number), name)

    def __dir__(cls) -> Any:
        return _asked(cls, "__dir__")

    def __iter__(cls) -> Any:
        return _asked(cls, "__iter__")

    def __len__(cls) -> Any:
        return _asked(cls, "__len__")

    def __bool__(cls) -> bool:
        return True

    def __getitem__(cls, key: Any) -> Any:
        return _asked(cls, "__getitem__", key)

    def __contains__(cls, key: Any) -> Any:
        return _contains(cls, key)


def _asked(target: Any, name: str, *rest: Any) -> Any:
    peer = _peer(target)
    return peer.session.ask("op", name, peer.session.reference(peer.number), rest)


def _forwarding(name: str) -> Callable[..., Any]:
    def ask(self: Any, *rest: Any) -> Any:
        return _asked(self, name, *rest)

    return ask


def _combining(name: str) -> Callable[[Any, Any], Any]:
    def ask(self: Any, other: Any, *rest: Any) -> Any:
        peer = _peer(self)
        if peer_of(other) is None and not peer.is_built:
            return NotImplemented
        result = _asked(self, name, other, *rest)
        return _built(result) if peer.is_built else result

    return ask


def _built(value: Any) -> Any:
    """Return a second proxy of an object, which says that the tests built it.

    The first one stays as it is: the program may hand the same object out where the tests expect a number.
    """
    if not isinstance(type(value), RemoteType) or not issubclass(type(value), _Handle):
        return value
    peer = _peer(value)
    proxy = object.__new__(type(value))
    object.__setattr__(proxy, "_truegold", Peer(peer.session, peer.number, is_built=True))
    return proxy


def _calling(self: Any, *args: Any, **kwargs: Any) -> Any:
    peer = _peer(self)
    return peer.session.call(peer.number, args, kwargs)


def _contains(self: Any, key: Any) -> Any:
    """Ask what the tests built; look through what came back ourselves, for the key may be what they expect."""
    peer = _peer(self)
    if peer.is_built or peer_of(key) is not None:
        return _asked(self, "__contains__", key)
    return any(key is item or key == item for item in self)


def _leaving(self: Any, _kind: Any, error: BaseException | None, _trace: Any) -> Any:
    session, reference = _peer(self).session, _peer(self).session.reference(_peer(self).number)
    if error is None:
        return session.ask("op", "__exit__", reference, (None, None, None))
    hides = bool(session.ask("exit", reference, session.let_over(error)))
    if hides and not is_on_purpose(error):
        session.stays_failed = session.stays_failed or error
    return hides


FORWARDING: dict[str, Any] = {
    **{name: _forwarding(name) for name in FORWARDED},
    **{name: _combining(name) for name in (*COMPARING, *COMBINING)},
    "__call__": _calling,
    "__contains__": _contains,
    "__exit__": _leaving,
}


class _Doc:
    """The text that the object itself has as its documentation."""

    def __get__(self, proxy: Any, owner: Any) -> Any:
        target = owner if proxy is None else proxy
        peer = peer_of(target)
        return None if peer is None else peer.session.ask("get", peer.session.reference(peer.number), "__doc__")


class _Anything:
    # What every proxy can do.
    __doc__ = _Doc()

    def __getattr__(self, name: str) -> Any:
        peer = _peer(self)
        if name in TELLING and not peer.is_built:
            return _method_of_data(self, name)
        if name in type.__getattribute__(type(self), "_truegold_methods"):
            return Method(self, name)
        return peer.session.ask("get", peer.session.reference(peer.number), name)

    def __setattr__(self, name: str, value: Any) -> None:
        peer = _peer(self)
        peer.session.ask("set", peer.session.reference(peer.number), name, value)

    def __delattr__(self, name: str) -> None:
        peer = _peer(self)
        peer.session.ask("del", peer.session.reference(peer.number), name)

    def __reduce_ex__(self, _protocol: Any) -> Any:
        peer = _peer(self)
        raise peer.session.cannot("the tests pickle an object of the completion's")

    def __copy__(self) -> Any:
        return _asked(self, "__copy__")

    def __deepcopy__(self, _memo: Any) -> Any:
        return _asked(self, "__deepcopy__")


class _Handle(_Anything):
    """An object that is no plain data."""

    def __eq__(self, other: object) -> Any:
        if peer_of(other) is None:
            return NotImplemented
        return _asked(self, "__eq__", other)

    def __ne__(self, other: object) -> Any:
        if peer_of(other) is None:
            return NotImplemented
        return _asked(self, "__ne__", other)

    __hash__ = _forwarding("__hash__")
    __str__ = _forwarding("__str__")
    __repr__ = _forwarding("__repr__")
    __format__ = _forwarding("__format__")
    __dir__ = _forwarding("__dir__")

    @property
    def __dict__(self) -> Any:  # type: ignore[override]  # vars() of the object, not of its proxy
        return type(self).__getattr__(self, "__dict__")


def _of_base(name: str) -> Callable[..., Any]:
    """Compare and combine an object that is also a list, dict or set by what it holds, here."""

    def act(self: Any, other: Any) -> Any:
        if peer_of(other) is not None:
            return _asked(self, name, other)
        base = base_of(self)
        return getattr(type(base), name)(base, other) if hasattr(type(base), name) else NotImplemented

    return act


def base_of(proxy: Any) -> Any:
    """Return what an object that is also a list, dict or set holds now."""
    peer = _peer(proxy)
    base = peer.session.ask("base", peer.session.reference(peer.number))
    if type(base) not in (list, dict, set, bytearray, collections.deque):
        raise Malformed("no plain container")
    return base


def _method_of_data(proxy: Any, name: str) -> Any:
    if isinstance(proxy, _Container):
        return getattr(base_of(proxy), name)
    raise AttributeError(f"{name!r} is asked of plain data, which {type(proxy).__name__!r} is not")


def is_same(left: Any, right: Any) -> bool:
    """Whether two values are one object, or stand for one: of an object that the tests built there are two proxies."""
    if left is right:
        return True
    peer, other = peer_of(left), peer_of(right)
    return peer is not None and other is not None and peer.number == other.number


class _Container(_Handle):
    """An object that is also a list, dict, set and the like."""

    __eq__ = _of_base("__eq__")
    __ne__ = _of_base("__ne__")
    __hash__ = None  # type: ignore[assignment]  # as its base

    def __contains__(self, key: Any) -> Any:
        return _contains(self, key)


CONTAINER_OPERATORS = {
    name: _of_base(name) for name in (*COMPARING, "__add__", "__or__", "__and__", "__sub__", "__xor__")
}


class Method:
    """A method of an object of the program's."""

    def __init__(self, owner: Any, name: str) -> None:
        self.__self__ = owner
        self.__name__ = self.__qualname__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        peer = _peer(self.__self__)
        reference = peer.session.reference(peer.number)
        return peer.session.ask("method", reference, self.__name__, args, tuple(kwargs.items()))

    def __eq__(self, other: object) -> bool:
        return type(other) is Method and other.__self__ is self.__self__ and other.__name__ == self.__name__

    def __hash__(self) -> int:
        return hash((id(self.__self__), self.__name__))


Remote = type.__new__(RemoteType, "Remote", (_Handle,), {"_truegold_methods": frozenset()})
RemoteContainer = type.__new__(RemoteType, "RemoteContainer", (_Container,), {"_truegold_methods": frozenset()})


# ------------------------------------------------------------------------------------------------------ session


class Session(Side):
    """The tests' side of the exchange.

    `touches` counts what was asked of the program beyond which names it has; `stays_failed` is what failed where the
    program could hide it; `why_not` is what cannot be carried.
    """

    def __init__(self, read: Callable[[], bytes | None], write: Callable[[bytes], None]) -> None:
        super().__init__()
        self._read, self._write = read, write
        self._lock = threading.RLock()
        self._proxies: dict[int, Any] = {}
        self._handed: list[Any] = []  # what the program may call, by its number
        self._numbers: dict[int, int] = {}
        self._coroutines: dict[int, tuple[Any, int]] = {}
        self.class_names: frozenset[str] = frozenset()
        self.touches = 0
        self.stays_failed: BaseException | None = None
        self.why_not = ""

    def cannot(self, why: str) -> CannotCross:
        """Note why the tests cannot be run so, and return the exception to raise."""
        self.why_not = self.why_not or why
        return CannotCross(why)

    def reference(self, number: int) -> Reference:
        return Reference("object", (number,))

    def call(self, number: int, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        return self.ask("call", self.reference(number), tuple(args), tuple(kwargs.items()))

    def ask(self, *message: Any) -> Any:
        """Ask the program; return its answer, or raise what it raised."""
        with self._lock:
            self.touches += message[0] not in UNTOUCHING
            packing = Packing(self)
            self._send(packing.packed(message))
            try:
                return self._answer(packing)
            except CannotCross:
                raise
            except StopIteration as error:
                if message[0] in ("call", "method") and message[2] not in _RESUMING:
                    # Else `all(map(f, cases))` ends at once, and holds.
                    raise _blamed(RuntimeError("the completion raised StopIteration"), "") from error
                raise
            except BaseException as error:
                if fault_of(error) is None:  # whatever its answer does to us is the program's doing
                    raise _blamed(Malformed(f"an unreadable answer: {error}"), "") from error
                raise

    def _answer(self, packing: Packing) -> Any:
        while True:
            heard, (verb, *rest) = self._hear(packing.containers)
            if verb in _ANSWERS:
                return _ANSWERS[verb](self, packing, *rest)
            self._asked_back(heard, verb, *rest)

    def _send(self, body: bytes) -> None:
        self._write(joined(plain.encode(()), body))

    def _hear(self, arguments: list[Any]) -> tuple[Unpacking, tuple[Any, ...]]:
        frame = self._read()
        if frame is None:
            raise SystemExit(0)  # the service has let go of us
        classes, body = parted(frame)
        for description in plain.decode(classes):
            self._describe(*description)
        heard = Unpacking(self, arguments)
        return heard, heard.unpacked(body)

    # ------------------------------------------------------------------------------------------------- answers

    def _value(self, packing: Packing, value: Any, changed: Any, printed: str) -> Any:
        self.refill(packing.containers, changed)
        if printed:
            sys.stdout.write(printed)
        return value

    def _raised(self, packing: Packing, error: Any, trace: str, changed: Any, printed: str) -> Any:
        self._value(packing, None, changed, printed)
        if not isinstance(error, BaseException):
            raise Malformed("raised what is no exception")
        raise _blamed(error, trace)

    def _missing(self, _packing: Packing, name: str, _changed: Any, _printed: str) -> Any:
        raise _blamed(Missing(f"the completion defines no {name}"), "")

    # -------------------------------------------------------------------------------------------- asked in turn

    def _asked_back(self, heard: Unpacking, verb: str, number: int, *rest: Any) -> None:
        *given, _, printed = rest
        if printed:
            sys.stdout.write(printed)
        if verb not in ("callback", "step") or not 0 <= number < len(self._handed):
            raise Malformed("asked for what was never handed over")
        try:
            answer: tuple[Any, ...] = ("returned", self._carried_out(verb, self._handed[number], *given))
        except CannotCross:
            raise
        except BaseException as error:  # noqa: BLE001  # the program gets to see what its caller's function raised
            answer = ("threw", self.let_over(error))
        self._send(Packing(self, heard.containers).packed((*answer, heard.changed())))

    def _carried_out(self, verb: str, target: Any, *given: Any) -> Any:
        if verb == "step":
            return next(target)
        args, kwargs = given
        return target(*args, **dict(kwargs))

    def let_over(self, error: BaseException) -> BaseException:
        """Return the exception as the program may see it: with what it says only where the tests raised it on purpose.

        A failed assertion stays failed, whatever the program makes of it.
        """
        if isinstance(error, AssertionError):
            self.stays_failed = self.stays_failed or error
        if fault_of(error) is not None or isinstance(error, StopIteration) or is_on_purpose(error):
            return error
        cls = type(error)
        while dotted_name(cls) is None:
            cls = cls.__bases__[0]
        return cls.__new__(cls)

    # ---------------------------------------------------------------------------------------------- references

    def is_shared(self, value: Any, name: str) -> bool:
        return type(value) is self.shared[name]

    def refer(self, value: Any) -> Any:
        peer = peer_of(value)
        if peer is not None:
            return self.reference(peer.number)
        if type(value) is Method:
            return self._handed_over(value, "theirs")
        if id(value) in self._coroutines:
            return self.reference(self._coroutines[id(value)][1])
        reference = common_reference(value)
        if reference is not None:
            return reference
        name = dotted_name(value)
        if name is not None:
            return Reference("named", (name,))
        if isinstance(value, BaseException):
            return self._exception(value)
        return self._own(value)

    def _own(self, value: Any) -> Any:
        if callable(value) and not isinstance(value, type) and not _is_mock(value):
            return self._function(value)
        if isinstance(value, Iterator) and not isinstance(value, io.IOBase):
            return self._handed_over(value, "steps")
        fields = getattr(type(value), "_fields", None)
        if isinstance(value, tuple) and fields is not None:
            return Reference("named_tuple", (type(value).__name__, tuple(fields), tuple(value)))
        if isinstance(value, plain.TYPES):
            return value
        what = f"the class {value.__name__}" if isinstance(value, type) else f"an object of {type(value).__name__}"
        raise self.cannot(f"the tests hand {what} to the completion, which is no plain data and no function")

    def _function(self, function: Any) -> Reference:
        if inspect.iscoroutinefunction(function):
            raise self.cannot("the tests hand a coroutine function to the completion")
        name = str(getattr(function, "__name__", "function"))
        doc = getattr(function, "__doc__", None)
        return self._handed_over(function, "theirs", name, doc if isinstance(doc, str) else None)

    def _handed_over(self, value: Any, kind: str, *rest: Any) -> Reference:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._handed)
            self._handed.append(value)
        if kind == "theirs" and not rest:
            rest = (str(value.__name__), None)
        return Reference(kind, (number, *rest))

    def _exception(self, error: BaseException) -> Any:
        name = dotted_name(type(error))
        if name is None:
            raise self.cannot(f"the tests raise {type(error).__name__}, a class of theirs, inside the completion")
        return Reference("exception", (Reference("named", (name,)), error.args))

    def resolve(self, reference: Reference) -> Any:
        read = _RESOLVING.get(reference.kind)
        return common_value(reference) if read is None else read(self, *reference.parts)

    def _resolve_object(self, number: int, class_number: int) -> Any:
        if number not in self._proxies:
            cls = self._proxies[class_number]
            proxy = object.__new__(cls)
            object.__setattr__(proxy, "_truegold", Peer(self, number))
            self._proxies[number] = proxy
        return self._proxies[number]

    def _resolve_valued(self, number: int, class_number: int, base: str, exact: Any, fields: tuple[str, ...]) -> Any:
        if type(exact) is not BASES[base]:
            raise Malformed("a value of another type than it says")
        cls = self._valued_class(class_number, BASES[base], fields)
        value = BASES[base].__new__(cls, exact)
        object.__setattr__(value, "_truegold", Peer(self, number))
        return value

    def _valued_class(self, number: int, base: type, fields: tuple[str, ...]) -> Any:
        """A class for values of a subclass of `base`: it compares and computes as `base` does, here."""
        cls = self._proxies[number]
        if not issubclass(cls, base):
            raise Malformed("a value of another class than it says")
        for at, field in enumerate(fields[:MAX_FIELDS] if base is tuple else ()):
            if _is_name(field) and not field.startswith("_") and field not in _space(cls):
                type.__setattr__(cls, field, property(operator.itemgetter(at)))
        return cls

    def _resolve_class(self, number: int) -> Any:
        return self._proxies[number]

    def _resolve_theirs(self, number: int) -> Any:
        return self._handed[number]

    def _resolve_named(self, dotted: str) -> Any:
        module, _, name = dotted.rpartition(".")
        if not may_be_named(dotted) or not _is_name(name):
            raise Malformed("a class that may not be named")
        found = getattr(importlib.import_module(module), name)
        if not isinstance(found, type):
            raise Malformed("no class")
        return found

    def _resolve_exception(self, number: int, named: int | str, args: tuple[Any, ...], text: str) -> Any:
        cls = self._proxies[named] if isinstance(named, int) else self._exception_class(named)
        if not issubclass(cls, BaseException):
            raise Malformed("no exception class")
        error = cls.__new__(cls, *args)
        error.args = args
        if isinstance(cls, RemoteType):
            error.__dict__.update(_truegold=Peer(self, number), _truegold_text=text)
        return error

    def _exception_class(self, dotted: str) -> type:
        try:
            cls = self._resolve_named(dotted)
        except (Malformed, AttributeError, ImportError):
            return Exception
        return cls if issubclass(cls, BaseException) else Exception

    def _resolve_coroutine(self, number: int, class_number: int) -> Any:
        proxy = self._resolve_object(number, class_number)

        async def carried_out() -> Any:
            return _asked(proxy, "__await__")

        coroutine = carried_out()
        self._coroutines[id(coroutine)] = coroutine, number
        return coroutine

    # ------------------------------------------------------------------------------------------------- classes

    def _describe(
        self,
        number: int,
        name: str,
        bases: tuple[int | str, ...],
        dunders: tuple[str, ...],
        methods: tuple[str, ...],
        base: str,
    ) -> None:
        """Make the class whose instances stand for those of a class of the program's."""
        name = name[:MAX_NAME] if _is_name(name[:MAX_NAME]) else "Anonymous"
        parents = [cls for cls in map(self._parent, bases) if cls is not None]
        space: dict[str, Any] = {
            "__module__": "solution",
            "__doc__": _Doc(),
            "_truegold_methods": frozenset(methods),
            "_truegold_class": Peer(self, number),
        }
        if any(issubclass(parent, BaseException) for parent in parents):
            space |= {"__str__": _error_text, "__getattr__": _Anything.__getattr__}
        elif base in BASES:
            parents = [_Anything, BASES[base]]
        else:
            space |= self._space_of(name, base, dunders)
            parents = parents or [RemoteContainer if base else Remote]
        self._proxies[number] = _class(name, tuple(parents), space)

    def _parent(self, base: int | str) -> Any:
        if isinstance(base, int):
            return self._proxies[base]
        cls = self._exception_class(base)
        return cls if base.endswith(cls.__name__) else None

    def _space_of(self, name: str, base: str, dunders: tuple[str, ...]) -> dict[str, Any]:
        space: dict[str, Any] = {each: FORWARDING[each] for each in dunders if each in FORWARDING}
        if base:
            space |= CONTAINER_OPERATORS
        known = KNOWN.get(base or name)
        if known is not None:
            space["__class__"] = property(functools.partial(_constant, known))
        return space


def _constant(value: Any, _: object) -> Any:
    return value


def _class(name: str, parents: tuple[Any, ...], space: dict[str, Any]) -> Any:
    try:
        return type.__new__(RemoteType, name, parents, space)
    except TypeError:  # bases that no class can have together: a claim of the program's
        return type.__new__(RemoteType, name, (Remote,), space)


def _error_text(self: Any) -> str:
    return str(self.__dict__["_truegold_text"])


def _blamed(error: BaseException, trace: str) -> BaseException:
    error.__dict__["_truegold_fault"] = Fault(trace if isinstance(trace, str) else "")
    return error


def is_on_purpose(error: BaseException) -> bool:
    """Whether the exception comes from a `raise` statement of the tests, other than of an AssertionError."""
    frames = error.__traceback__
    while frames is not None and frames.tb_next is not None:
        frames = frames.tb_next
    if frames is None or isinstance(error, AssertionError):
        return False
    instruction = frames.tb_frame.f_code.co_code[frames.tb_lasti]
    return frames.tb_frame.f_code.co_filename in FILE_NAMES and instruction == _RAISING


def _is_name(text: object) -> bool:
    return type(text) is str and text.isidentifier() and not keyword.iskeyword(text)


def _is_mock(value: Any) -> bool:
    mock = sys.modules.get("unittest.mock")
    return mock is not None and isinstance(value, mock.NonCallableMock)


_RAISING = opcode.opmap["RAISE_VARARGS"]
_RESUMING = ("send", "throw", "__next__")
_ANSWERS: dict[str, Callable[..., Any]] = {
    "value": Session._value,
    "raised": Session._raised,
    "missing": Session._missing,
}
_RESOLVING: dict[str, Callable[..., Any]] = {
    "object": Session._resolve_object,
    "valued": Session._resolve_valued,
    "class": Session._resolve_class,
    "theirs": Session._resolve_theirs,
    "named": Session._resolve_named,
    "exception": Session._resolve_exception,
    "coroutine": Session._resolve_coroutine,
}
