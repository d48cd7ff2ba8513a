"""The special methods that a proxy may forward, and what each of them asks of the object that it stands for."""

from __future__ import annotations

import copy
import importlib
import operator
from collections.abc import Callable
from typing import Any

# Compare or combine with a second value; the tests' side decides whether that value may be sent at all.
COMPARING = ("__lt__", "__le__", "__gt__", "__ge__")
_ARITHMETIC = (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift", "rshift",
)  # fmt: skip
COMBINING = tuple(
    f"__{prefix}{name.rstrip('_')}__" for name in (*_ARITHMETIC, "divmod") for prefix in ("", "r", "i")
)  # fmt: skip
# Ask the object about itself, or hand it something to work with.
ASKING = (
    "__len__", "__bool__", "__iter__", "__next__", "__reversed__", "__getitem__", "__setitem__", "__delitem__",
    "__contains__", "__call__", "__enter__", "__str__", "__repr__", "__bytes__", "__format__", "__hash__", "__int__",
    "__float__", "__complex__", "__index__", "__abs__", "__neg__", "__pos__", "__invert__", "__round__", "__trunc__",
    "__floor__", "__ceil__", "__dir__",
)  # fmt: skip
FORWARDED = (*COMPARING, *COMBINING, *ASKING, "__exit__")


def _reflected(act: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda target, other: act(other, target)


def _arithmetic() -> dict[str, Callable[..., Any]]:
    table: dict[str, Callable[..., Any]] = {"__divmod__": divmod, "__rdivmod__": _reflected(divmod)}
    for name in _ARITHMETIC:
        act, bare = getattr(operator, name), name.rstrip("_")
        table |= {f"__{bare}__": act, f"__r{bare}__": _reflected(act), f"__i{bare}__": getattr(operator, f"i{bare}")}
    return table


# Carried out where the object is. What is not listed is looked up on the object's class, as Python does.
CARRIED_OUT: dict[str, Callable[..., Any]] = {
    **_arithmetic(),
    **{name: getattr(operator, name.strip("_")) for name in (*COMPARING, "__eq__", "__ne__", "__getitem__")},
    "__contains__": operator.contains,
    "__bool__": bool,
    "__iter__": iter,
    "__reversed__": reversed,
    "__format__": format,
    "__dir__": dir,
    "__copy__": copy.copy,
    "__deepcopy__": copy.deepcopy,
    "__await__": lambda coroutine: importlib.import_module("asyncio").run(coroutine),
}


def carry_out(name: str, target: Any, rest: tuple[Any, ...]) -> Any:
    """Apply a special method to an object, in its own process."""
    act = CARRIED_OUT.get(name)
    return act(target, *rest) if act is not None else getattr(type(target), name)(target, *rest)


def defined_by(cls: type) -> tuple[str, ...]:
    """Return the special methods that a class has beyond those of every object."""
    found: dict[str, Any] = {}
    for base in reversed(type.__dict__["__mro__"].__get__(cls)[:-1]):  # not by getattr: it would ask the metaclass too
        found.update(type.__dict__["__dict__"].__get__(base))
    return tuple(name for name in FORWARDED if found.get(name) is not None)
