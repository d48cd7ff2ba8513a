"""Answers calls inside the judged process: a request names a function and its arguments, the reply holds the value.

This runs where the judged program runs, which may have changed anything in it. Whatever is written here is a claim
about a value, never a verdict, and nothing secret may come near it: arguments come in, expected values never do.

Requests and replies are frames of `sandbox.plain`:

- `{"find": "gap"}` gets `{"found": True}` or `{"missing": "gap"}`.
- `{"entry": "gap", "args": [...], "kwargs": {...}}` gets `{"value": ...}`, `{"missing": "gap"}`, or
  `{"raised": "ValueError", "message": "...", "traceback": "..."}`.

With `"drain": True` a value that is no plain container is iterated to its end, for callers that would put it into
`list()` or `set()` at once. An entry is a function, `Class().method`, `Class.method`, or the name of a method of
`Solution` where no function of that name exists. Each call gets a fresh instance and fresh arguments;
`Class.method` gets an instance where the method's first parameter is `self`.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from types import FunctionType
from typing import Any

from sandbox import plain

MAX_TEXT = 2_000
MAX_REPLY_BYTES = 32 * 2**20
_DRAINED_ALREADY = (str, bytes, bytearray, list, tuple, dict, set, frozenset)


def answer_calls(
    namespace: dict[str, object], read_frame: Callable[[], bytes | None], write_frame: Callable[[bytes], None]
) -> None:
    """Answer one request after the other until `read_frame` gives None.

    Whatever a call raises is reported, SystemExit and KeyboardInterrupt too.
    """
    while (frame := read_frame()) is not None:
        write_frame(_reply(namespace, frame))


def _reply(namespace: dict[str, object], frame: bytes) -> bytes:
    try:
        answer = _answer(namespace, plain.decode(frame))
    except BaseException as error:  # noqa: BLE001  # what the judged code raises, SystemExit included, is its answer
        answer = _raised(error)
    return _encoded(answer)


def _answer(namespace: dict[str, object], request: dict[str, Any]) -> dict[str, object]:
    name: str = request["find"] if "find" in request else request["entry"]
    call = find_entry(namespace, name)
    if call is None:
        return {"missing": name}
    if "find" in request:
        return {"found": True}
    value = call(*request["args"], **request["kwargs"])
    return {"value": _drained(value) if request.get("drain") else value}


def find_entry(namespace: dict[str, object], entry: str) -> Callable[..., object] | None:
    """Return what an entry names, None where the program has no such thing."""
    owner, dot, method = entry.rpartition(".")
    if dot:
        return _of_class(namespace, owner.removesuffix("()"), method, is_instance=owner.endswith("()"))
    found = namespace.get(entry)
    if callable(found):
        return found
    return _of_class(namespace, "Solution", entry, is_instance=True)


def _of_class(
    namespace: dict[str, object], owner: str, method: str, *, is_instance: bool
) -> Callable[..., object] | None:
    cls = namespace.get(owner)
    if not callable(cls) or not hasattr(cls, method):
        return None
    found: Callable[..., object] = getattr(cls, method)
    if not is_instance and not _takes_self(found):
        return found
    return lambda *args, **kwargs: getattr(cls(), method)(*args, **kwargs)


def _takes_self(function: object) -> bool:
    return isinstance(function, FunctionType) and function.__code__.co_varnames[:1] == ("self",)


def _drained(value: object) -> object:
    if isinstance(value, _DRAINED_ALREADY) or not hasattr(type(value), "__iter__"):
        return value
    return list(value)  # type: ignore[call-overload]  # it has __iter__


def _encoded(answer: dict[str, object]) -> bytes:
    try:
        return plain.encode(answer, MAX_REPLY_BYTES)
    except ValueError as error:
        return plain.encode({"value": plain.Handle(f"{type(answer.get('value')).__name__}: {error}")})
    except BaseException as error:  # noqa: BLE001  # a hostile value may raise anything while it is read
        return plain.encode(_raised(error))


def _raised(error: BaseException) -> dict[str, object]:
    name = type.__dict__["__name__"].__get__(type(error))
    try:
        message, trace = str(error), "".join(traceback.format_exception(error))
    except BaseException:  # noqa: BLE001  # the exception's own __str__ is judged code
        message, trace = "", ""
    return {"raised": name, "message": message[:MAX_TEXT], "traceback": trace[-MAX_TEXT:]}
