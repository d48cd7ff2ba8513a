"""The common part of pytest's surface, for tests written in its style; and their discovery.

It is small on purpose: `raises`, `approx`, `warns`, `fixture`, `param`, `skip`, `fail`, `xfail`, `importorskip`, the
marks `parametrize`, `skip`, `skipif`, `xfail` and `usefixtures` (others are ignored), classes, set-up and tear-down
functions, and the fixtures `request`, `tmp_path` and `capsys`. What it does not know raises Unknown, which names it.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import io
import itertools
import math
import pathlib
import re
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MAX_TESTS = 10_000


class Unknown(BaseException):
    """Something of pytest's that is not here; the message names it."""


class Failed(AssertionError):
    """What `fail` raises, and `raises` where nothing was raised."""


class Skipped(BaseException):
    """What `skip` raises."""


class XFailed(BaseException):
    """What `xfail` raises."""


# ---------------------------------------------------------------------------------------------- raises and warns


@dataclass(slots=True)
class ExceptionInfo:
    """What `raises` caught."""

    value: Any = None

    @property
    def type(self) -> Any:
        return type(self.value)

    @property
    def tb(self) -> Any:
        return self.value.__traceback__

    def match(self, pattern: str) -> bool:
        if not re.search(pattern, str(self.value)):
            raise Failed(f"{pattern!r} does not match {str(self.value)!r}")
        return True

    def exconly(self) -> str:
        return f"{type(self.value).__name__}: {self.value}"


class Raises(contextlib.AbstractContextManager[ExceptionInfo]):
    def __init__(self, expected: Any, match: Any) -> None:
        self._expected = expected
        self._match = match
        self._info = ExceptionInfo()

    def __enter__(self) -> ExceptionInfo:
        return self._info

    def __exit__(self, kind: Any, error: Any, trace: Any) -> bool:
        if error is None:
            raise Failed(f"DID NOT RAISE {self._expected}")
        if not isinstance(error, self._expected):
            return False
        self._info.value = error
        if self._match is not None:
            self._info.match(self._match)
        return True


def raises(expected: Any, *call: Any, match: Any = None, **named: Any) -> Any:
    """Check that an exception comes: of a `with` block, or of a call."""
    if not call:
        return Raises(expected, match)
    with Raises(expected, match) as info:
        call[0](*call[1:], **named)
    return info


@contextlib.contextmanager
def warns(expected: Any = Warning, *, match: str | None = None) -> Iterator[Any]:
    """Check that a warning comes, one that crosses: the completion's own are given in its own process."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield caught
    if not any(issubclass(each.category, expected) and re.search(match or "", str(each.message)) for each in caught):
        raise Unknown("warns: warnings of the completion's do not cross")


deprecated_call = functools.partial(warns, (DeprecationWarning, PendingDeprecationWarning, FutureWarning))


def fail(reason: str = "", pytrace: bool = True) -> None:  # noqa: ARG001  # the signature is pytest's
    raise Failed(reason)


def skip(reason: str = "", *, allow_module_level: bool = False) -> None:  # noqa: ARG001  # as above
    raise Skipped(reason)


def xfail(reason: str = "") -> None:
    raise XFailed(reason)


def importorskip(name: str, *_: Any, **__: Any) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise Skipped(f"no module {name}") from error


# ------------------------------------------------------------------------------------------------------- approx


class Approx:
    """A number, or numbers in a sequence, mapping or array, that others may be near to. As in pytest."""

    __array_ufunc__ = None
    __array_priority__ = 100

    def __init__(self, expected: Any, rel: Any = None, abs: Any = None, nan_ok: bool = False) -> None:
        self._expected, self._rel, self._abs, self._nan_ok = expected, rel, abs, nan_ok

    def __repr__(self) -> str:
        return f"approx({self._expected!r})"

    __hash__ = None  # type: ignore[assignment]  # as in pytest

    def __eq__(self, actual: Any) -> bool:
        return self._near(_listed(actual), _listed(self._expected))

    def _near(self, actual: Any, expected: Any) -> bool:
        if isinstance(expected, Mapping):
            return (
                isinstance(actual, Mapping)
                and actual.keys() == expected.keys()
                and all(self._near(actual[key], expected[key]) for key in expected)
            )
        if isinstance(expected, Sequence) and not isinstance(expected, str | bytes):
            return (
                isinstance(actual, Sequence) and len(actual) == len(expected) and all(map(self._near, actual, expected))
            )
        return self._near_number(actual, expected)

    def _near_number(self, actual: Any, expected: Any) -> bool:
        if actual == expected:
            return True
        if not _is_number(actual) or not _is_number(expected):
            return False
        if math.isnan(abs(expected)):
            return bool(self._nan_ok and math.isnan(abs(actual)))
        if math.isinf(abs(expected)):
            return False
        return bool(abs(actual - expected) <= self._tolerance(expected))

    def _tolerance(self, expected: Any) -> Any:
        absolute = 1e-12 if self._abs is None else self._abs
        if self._rel is None and self._abs is not None:
            return absolute
        relative = 1e-6 if self._rel is None else self._rel
        return max(type(expected)(relative) * abs(expected), absolute)


def _is_number(value: Any) -> bool:
    numbers = importlib.import_module("numbers")
    return isinstance(value, numbers.Number | importlib.import_module("decimal").Decimal)


def _listed(value: Any) -> Any:
    return value.tolist() if type(value).__module__ == "numpy" else value


# -------------------------------------------------------------------------------------------- marks and fixtures


@dataclass(frozen=True, slots=True)
class Mark:
    name: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType | type):
            target: Any = args[0]
            target.pytestmark = [*getattr(target, "pytestmark", []), self]
            return target
        return Mark(self.name, args, kwargs)


class Marks:
    def __getattr__(self, name: str) -> Mark:
        return Mark(name)


@dataclass(frozen=True, slots=True)
class Parameters:
    values: tuple[Any, ...]
    marks: Any = ()


def param(*values: Any, marks: Any = (), id: Any = None) -> Parameters:  # noqa: ARG001  # pytest's own word
    return Parameters(values, marks)


@dataclass(frozen=True, slots=True)
class Fixture:
    function: Any
    scope: str = "function"
    params: Sequence[Any] = ()
    autouse: bool = False
    name: str | None = None

    def __get__(self, instance: Any, owner: Any = None) -> Fixture:
        if instance is None:
            return self
        bound = self.function.__get__(instance, owner)
        return Fixture(bound, self.scope, self.params, self.autouse, self.name)


def fixture(function: Any = None, **options: Any) -> Any:
    known = {key: value for key, value in options.items() if key in ("scope", "params", "autouse", "name")}
    if function is None:
        return lambda target: Fixture(target, **known)
    return Fixture(function, **known)


@dataclass(slots=True)
class Request:
    """The fixture `request`, as far as parametrized fixtures need it."""

    param: Any
    ending: contextlib.ExitStack

    def addfinalizer(self, function: Callable[[], object]) -> None:
        self.ending.callback(function)


class Captured:
    """The fixture `capsys`."""

    def __init__(self, out: io.StringIO, err: io.StringIO) -> None:
        self._streams = (out, err)

    def readouterr(self) -> Any:
        texts = [stream.getvalue() for stream in self._streams]
        for stream in self._streams:
            stream.seek(0)
            stream.truncate()
        return _Texts(*texts)


class _Texts(tuple):  # type: ignore[type-arg]  # out and err, by name and by place
    def __new__(cls, out: str, err: str) -> _Texts:
        return super().__new__(cls, (out, err))

    out = property(lambda self: self[0])
    err = property(lambda self: self[1])


# ----------------------------------------------------------------------------------------------------- discovery


@dataclass(frozen=True, slots=True)
class Test:
    """One test function with one set of parameters."""

    name: str
    run: Callable[[], None]


class Collector:
    """The tests of one module, and the fixtures that live longer than one of them."""

    def __init__(self, module: types.ModuleType) -> None:
        self._module = module
        self._fixtures = _fixtures_in(vars(module))
        self._lasting: dict[Any, Any] = {}
        self._ending = contextlib.ExitStack()
        self._begun: set[Any] = set()

    def tests(self) -> list[Test]:
        found = [test for name, value in list(vars(self._module).items()) for test in self._of(name, value)]
        if len(found) > MAX_TESTS:
            raise Unknown(f"more than {MAX_TESTS} tests")
        return found

    def end(self) -> None:
        """Tear down what lived longer than one test."""
        _call(self._module, "teardown_module")
        self._ending.close()

    def _of(self, name: str, value: Any) -> Iterator[Test]:
        if isinstance(value, types.FunctionType) and name.startswith("test"):
            yield from self._of_function(name, value, None)
        elif type(value) is type and name.startswith("Test") and _takes_nothing(value):
            for method, function in inspect.getmembers(value, inspect.isfunction):
                if method.startswith("test"):
                    yield from self._of_function(method, function, value)

    def _of_function(self, name: str, function: Any, owner: type | None) -> Iterator[Test]:
        marks = [*_marks(self._module), *_marks(owner), *_marks(function)]
        fixtures = self._fixtures if owner is None else {**self._fixtures, **_fixtures_in_class(owner)}
        sets = list(_parameter_sets(marks, self._params(function, fixtures)))
        for at, (values, more) in enumerate(sets):
            case = _Case(self, function, owner, fixtures, values, [*marks, *more])
            label = f"{owner.__name__}.{name}" if owner else name
            yield Test(f"{label}[{at}]" if len(sets) > 1 else label, case.run)

    def _params(self, function: Any, fixtures: Mapping[str, Fixture]) -> list[Mark]:
        """Parametrized fixtures, as if the test were parametrized."""
        named = [name for name in _wanted(function) if name in fixtures and fixtures[name].params]
        return [Mark("parametrize", (f"@{name}", list(fixtures[name].params))) for name in named]

    def begin(self, owner: type | None) -> None:
        for scope, name in ((self._module, "setup_module"), (owner, "setup_class")):
            if scope is not None and scope not in self._begun:
                self._begun.add(scope)
                _call(scope, name)

    def lasting(self, key: Any, make: Callable[[contextlib.ExitStack], Any]) -> Any:
        if key not in self._lasting:
            self._lasting[key] = make(self._ending)
        return self._lasting[key]


@dataclass(frozen=True, slots=True)
class _Case:
    collector: Collector
    function: Any
    owner: type | None
    fixtures: Mapping[str, Fixture]
    values: Mapping[str, Any]
    marks: Sequence[Mark]

    def run(self) -> None:
        for mark in self.marks:
            if mark.name == "skip" or (mark.name == "skipif" and mark.args[0]):
                raise Skipped(str(mark.kwargs.get("reason", "")))
        expected = next((mark for mark in self.marks if mark.name == "xfail"), None)
        if expected is not None:
            raise XFailed("marked as expected to fail")
        self._run()

    def _run(self) -> None:
        self.collector.begin(self.owner)
        instance = self.owner() if self.owner else None
        with contextlib.ExitStack() as ending:
            _call(instance, "setup_method", self.function)
            ending.callback(_call, instance, "teardown_method", self.function)
            if instance is None:
                _call(self.collector._module, "setup_function", self.function)
                ending.callback(_call, self.collector._module, "teardown_function", self.function)
            filling = _Filling(self, instance, ending)
            for name in self._always():
                filling.value(name)
            given = {name: filling.value(name) for name in _wanted(self.function)}
            test = self.function if instance is None else self.function.__get__(instance)
            result = test(**given)
            if inspect.iscoroutine(result):
                importlib.import_module("asyncio").run(result)

    def _always(self) -> list[str]:
        used = [name for mark in self.marks if mark.name == "usefixtures" for name in mark.args]
        return [*(name for name, each in self.fixtures.items() if each.autouse), *used]


class _Filling:
    """The fixtures of one test, made as they are asked for."""

    def __init__(self, case: _Case, instance: Any, ending: contextlib.ExitStack) -> None:
        self._case, self._instance, self._ending = case, instance, ending
        self._made: dict[str, Any] = {}

    def value(self, name: str) -> Any:
        if name in self._case.values:
            return self._case.values[name]
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Any:
        known = self._case.fixtures.get(name)
        if known is None:
            return self._built_in(name)
        param = self._case.values.get(f"@{name}")
        if known.scope == "function":
            return self._run(known, param, self._ending)
        return self._case.collector.lasting(
            (known.function, self._case.values.get(f"#{name}")), lambda ending: self._run(known, param, ending)
        )

    def _run(self, known: Fixture, param: Any, ending: contextlib.ExitStack) -> Any:
        function = known.function
        if self._instance is not None and "self" in inspect.signature(function).parameters:
            function = function.__get__(self._instance)
        request = Request(param, ending)
        given = {name: request if name == "request" else self.value(name) for name in _wanted(function)}
        if not inspect.isgeneratorfunction(function):
            return function(**given)
        return ending.enter_context(contextlib.contextmanager(function)(**given))

    def _built_in(self, name: str) -> Any:
        if name == "request":
            return Request(None, self._ending)
        if name == "tmp_path":
            return pathlib.Path(tempfile.mkdtemp(dir="."))
        if name == "capsys":
            streams = io.StringIO(), io.StringIO()
            self._ending.enter_context(contextlib.redirect_stdout(streams[0]))
            self._ending.enter_context(contextlib.redirect_stderr(streams[1]))
            return Captured(*streams)
        raise Unknown(f"the fixture {name!r}")


def _takes_nothing(cls: Any) -> bool:
    return cls.__init__ is object.__init__


def _wanted(function: Any) -> list[str]:
    return [
        name
        for name, each in inspect.signature(function).parameters.items()
        if name != "self"
        and each.default is each.empty
        and each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)
    ]


def _fixtures_in(space: Mapping[str, Any]) -> dict[str, Fixture]:
    return {each.name or name: each for name, each in list(space.items()) if isinstance(each, Fixture)}


def _fixtures_in_class(owner: type) -> dict[str, Fixture]:
    found: dict[str, Fixture] = {}
    for cls in reversed(owner.__mro__):
        found |= _fixtures_in(vars(cls))
    return found


def _marks(target: Any) -> list[Mark]:
    marks = getattr(target, "pytestmark", [])
    return list(marks) if isinstance(marks, list | tuple) else [marks]


def _parameter_sets(marks: Sequence[Mark], more: Sequence[Mark]) -> Iterator[tuple[dict[str, Any], list[Mark]]]:
    """Every combination of the parameters, the mark nearest to the function changing first."""
    lists = [_of_mark(mark) for mark in (*more, *marks) if mark.name == "parametrize"]
    for combined in itertools.product(*lists):
        values = {name: value for named, _ in combined for name, value in named.items()}
        yield values, [mark for _, own in combined for mark in own]


def _of_mark(mark: Mark) -> list[tuple[dict[str, Any], list[Mark]]]:
    named = dict(zip(("argnames", "argvalues"), mark.args, strict=False), **mark.kwargs)
    names, values = named["argnames"], named["argvalues"]
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    return [_of_values(names, value, at) for at, value in enumerate(values)]


def _of_values(names: Sequence[str], value: Any, at: int) -> tuple[dict[str, Any], list[Mark]]:
    own: list[Mark] = []
    if isinstance(value, Parameters):
        own = list(value.marks) if isinstance(value.marks, list | tuple) else [value.marks]
        value = value.values if len(names) > 1 else value.values[0]
    found = dict(zip(names, value, strict=True)) if len(names) > 1 else {names[0]: value}
    if names[0].startswith("@"):
        found["#" + names[0][1:]] = at
    return found, own


def _call(scope: Any, name: str, *given: Any) -> None:
    function = getattr(scope, name, None)
    if function is not None:
        taken = len(inspect.signature(function).parameters)
        function(*given[:taken])


def module() -> types.ModuleType:
    """Return a module that tests can import as pytest."""
    made = types.ModuleType("pytest")
    public = {
        "raises": raises, "approx": Approx, "warns": warns, "deprecated_call": deprecated_call, "fail": fail,
        "skip": skip, "xfail": xfail, "importorskip": importorskip, "mark": Marks(), "param": param,
        "fixture": fixture, "main": lambda *_, **__: 0, "ExceptionInfo": ExceptionInfo,
    }  # fmt: skip
    made.__dict__.update(public)

    def missing(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise Unknown(f"pytest.{name}")

    made.__dict__["__getattr__"] = missing
    sys.modules["pytest"] = made
    return made
