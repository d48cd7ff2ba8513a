"""Reads a ground truth of `code`: its tests, each a standard input, a call or an assertion, and what is around them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sandbox import plain
from verifiers.base import Json, TruthError
from verifiers.rules.program.asserts import Assertion, parse_source, read_assertions, read_literal
from verifiers.rules.program.evaluate import NotPlain
from verifiers.rules.program.languages import ALIASES, canonical
from verifiers.rules.program.scripts import Script, names_used, read_script
from verifiers.rules.program.shapes import ENTRY_POINT, EXPECTED_OUTPUT, Row, find_tests

GIVEN_INPUT = ("stdin", "input")
ASSERTION = ("assert", "assert_code", "assertion")
ON_STDIN = frozenset({"stdin", "stdin_stdout", "input"})
MAX_LITERAL_CHARS = 2**20


@dataclass(frozen=True, slots=True)
class InputTest:
    """A program's standard input, and the standard output that it should give."""

    stdin: str
    stdout: str


@dataclass(frozen=True, slots=True)
class CallTest:
    """A call of the program's entry point, and the values of which it should return one."""

    entry: str
    args: Sequence[Any]
    accepted: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BehindTest:
    """A test program in a language that is not Python: it stands behind the program, in the same source."""

    source: str
    entry: str | None = None

    @property
    def names_entry(self) -> bool:
        """Whether it is known to use what it is a test of."""
        return self.entry is not None and re.search(rf"\b{re.escape(self.entry)}\b", self.source) is not None


Test: TypeAlias = InputTest | CallTest | Assertion | Script | BehindTest


@dataclass(frozen=True, slots=True)
class Truth:
    """The tests in order; `groups` holds the points and the number of tests of each group, in the same order.

    `cannot` says why it cannot be judged although it can be read; the tests may be missing then.
    """

    tests: tuple[Test, ...]
    groups: tuple[tuple[float, int], ...]
    has_groups: bool
    language: str | None
    setup: str
    names: frozenset[str]
    wants_usual_imports: bool = False
    cannot: str = ""

    @property
    def is_on_stdin(self) -> bool:
        return bool(self.tests) and isinstance(self.tests[0], InputTest)


def read_truth(truth: Json, language: str | None = None, *, as_code: bool = False) -> Truth:
    """Return the tests of a ground truth. `language` overrides the one that it names.

    With `as_code`, or where one assertion is more than calls on literals, all assertions stay code: see `scripts`.

    Raises:
        TruthError: it cannot be read, and why.
    """
    row = find_tests(truth)
    language = language or _language(row)
    try:
        reader, groups = _read_groups(row, is_python=language in (None, "python"), as_code=as_code)
    except NotPlain:
        reader, groups = _read_groups(row, is_python=True, as_code=True)
    tests = tuple(reader.tests)
    _refuse_unfit(row, tests, reader)
    return Truth(
        tests=tests,
        groups=groups,
        has_groups=row.has_groups,
        language=language or ("python" if reader.is_python and _speaks_python(tests) else None),
        setup=row.setup,
        names=_names(tests, row),
        wants_usual_imports=row.wants_usual_imports and any(isinstance(test, CallTest) for test in tests),
        cannot=reader.cannot,
    )


def _read_groups(row: Row, *, is_python: bool, as_code: bool) -> tuple[_Reader, tuple[tuple[float, int], ...]]:
    reader = _Reader(row, is_python=is_python, as_code=as_code)
    return reader, tuple((group.points, reader.read(group.tests)) for group in row.groups)


def _refuse_unfit(row: Row, tests: Sequence[Test], reader: _Reader) -> None:
    if not tests and not reader.cannot:
        raise TruthError("the ground truth has no tests")
    if len({isinstance(test, InputTest) for test in tests}) > 1:
        raise TruthError("tests on standard input and calls are mixed")
    if row.setup and reader.is_python:
        parse_source(row.setup, "the setup")


def _speaks_python(tests: Sequence[Test]) -> bool:
    """Assertions and test programs are Python themselves; inputs and arguments are not."""
    return not tests or isinstance(tests[0], Assertion | Script)


def _language(row: Row) -> str | None:
    if row.language is None:
        return None
    name = canonical(row.language)
    if name is None:
        raise TruthError(f"no language {row.language!r}; known: {', '.join(sorted(ALIASES))}")
    return name


def _names(tests: Sequence[Test], row: Row) -> frozenset[str]:
    entries = {row.entry_point} if row.entry_point and not isinstance(next(iter(tests), None), InputTest) else set()
    for test in tests:
        if isinstance(test, CallTest):
            entries.add(test.entry)
        elif isinstance(test, Assertion):
            entries.update(call.entry for call in test.calls)
    scripts = tuple(test for test in tests if isinstance(test, Script))
    entries |= names_used(scripts, row.setup)
    return frozenset(entry.partition(".")[0].removesuffix("()") for entry in entries)


class _Reader:
    """Reads tests one by one, and notes the first reason why they cannot be judged."""

    def __init__(self, row: Row, *, is_python: bool, as_code: bool) -> None:
        self.entry_point = row.entry_point
        self.is_python = is_python
        self.as_code = as_code
        self.cannot = row.cannot
        self.tests: list[Test] = []

    def read(self, tests: Sequence[Mapping[str, Json]]) -> int:
        """Read the tests of one group; return how many they are."""
        before = len(self.tests)
        for test in tests:
            self._read_one(test)
        return len(self.tests) - before

    def _read_one(self, test: Mapping[str, Json]) -> None:
        if "unit_test" in test:
            self._code(test["unit_test"], is_file=True)
        elif "test" in test:
            self._assertions(test["test"], is_file=True)
        elif (assertion := _first(test, ASSERTION)) is not None:
            self._assertions(assertion, is_file=False)
        else:
            self.tests.append(self._test(test))

    def _cannot(self, why: str) -> None:
        self.cannot = self.cannot or why

    def _assertions(self, source: Json, *, is_file: bool) -> None:
        if self.as_code or not self.is_python or not isinstance(source, str):
            self._code(source, is_file=is_file)
        else:
            self.tests += read_assertions(source, self.entry_point)

    def _code(self, source: Json, *, is_file: bool) -> None:
        if not isinstance(source, str):
            raise TruthError("an assertion is no text")
        if not self.is_python:
            self._behind(source)
            return
        self.tests.append(read_script(source, is_file=is_file, entry=self.entry_point))

    def _behind(self, source: str) -> None:
        if not self.as_code:
            raise TruthError("a test program that is not Python runs in the program's process: isolation same_process")
        self.tests.append(BehindTest(source, self.entry_point))

    def _test(self, test: Mapping[str, Json]) -> Test:
        entry = _first(test, ENTRY_POINT) or self.entry_point
        if not test.keys().isdisjoint(("args", "kwargs", "expected")):
            return _sendable(_call(test, _entry(entry)))
        kind = test.get("type") or test.get("testtype") or test.get("case_type")
        if kind in ON_STDIN or "stdin" in test or "stdout" in test:
            return _input(test)
        if kind is not None or entry is not None:
            return _sendable(_call_of_text(test, _entry(entry)))
        return _input(test)


def _first(test: Mapping[str, Json], keys: Sequence[str]) -> Json:
    return next((test[key] for key in keys if test.get(key) is not None), None)


def _entry(entry: Json) -> str:
    if entry is None:
        raise TruthError("the ground truth has arguments but no entry_point")
    parts = str(entry).replace("()", "", 1).split(".")
    if not isinstance(entry, str) or len(parts) > 2 or not all(part.isidentifier() for part in parts):
        raise TruthError(f"{str(entry)[:100]!r} names no function and no Class().method")
    return entry


# ------------------------------------------------------------------------------------------------ standard input


def _input(test: Mapping[str, Json]) -> InputTest:
    expected = _first(test, EXPECTED_OUTPUT)
    if expected is None:
        raise TruthError(f"a test without an expected output; it has {sorted(map(str, test))[:12]}")
    given = _first(test, GIVEN_INPUT)
    return InputTest("" if given is None else _lines(given, "input"), _lines(expected, "output"))


def _lines(value: Json, what: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(_line(line, what) for line in value)
    return _line(value, what)


def _line(value: Json, what: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return json.dumps(value)
    raise TruthError(f"the {what} of a test is a {type(value).__name__}")


# --------------------------------------------------------------------------------------------------------- calls


def _sendable(test: CallTest) -> CallTest:
    try:
        plain.encode([test.args, test.kwargs, test.accepted], strict=True)
    except ValueError as error:
        raise TruthError(f"arguments or expected value: {error}") from error
    return test


def _call(test: Mapping[str, Json], entry: str) -> CallTest:
    args, kwargs = test.get("args"), test.get("kwargs")
    args, kwargs = [] if args is None else args, {} if kwargs is None else kwargs
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        raise TruthError("args is no list, or kwargs no object")
    if "expected" in test:
        return CallTest(entry, args, (test["expected"],), kwargs)
    return CallTest(entry, args, (_expected(test),), kwargs)


def _expected(test: Mapping[str, Json]) -> Json:
    for key in EXPECTED_OUTPUT:
        if key in test:
            return test[key]
    raise TruthError("a test without an expected value")


def _call_of_text(test: Mapping[str, Json], entry: str) -> CallTest:
    """Read the calls of APPS, TACO, LiveCodeBench and their kin: arguments in a list, or one a line."""
    given, expected = _first(test, GIVEN_INPUT), _expected(test)
    if isinstance(given, str):
        return CallTest(entry, _arguments(given), (_value(expected),))
    if isinstance(given, dict):
        return CallTest(entry, (), (expected,), given)
    args = given if isinstance(given, list) else [] if given is None else [given]
    is_wrapped = bool(test.get("may_be_wrapped")) and isinstance(expected, list) and len(expected) == 1
    return CallTest(entry, args, (expected, expected[0]) if is_wrapped else (expected,))


def _arguments(text: str) -> list[Any]:
    if not text.strip():
        return []
    try:
        return [_parsed(text)]
    except ValueError:
        return [_value(line) for line in text.strip().split("\n")]


def _value(text: Json) -> Any:
    """Return what a text says as JSON, or as a Python literal; and the text where it says neither."""
    if not isinstance(text, str):
        return text
    try:
        return _parsed(text)
    except ValueError:
        return text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        if len(text) > MAX_LITERAL_CHARS:
            raise ValueError("too long for a literal") from None
        return read_literal(text)
