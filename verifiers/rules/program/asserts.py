"""Reads assertions as calls: which calls to make in the judged process, and what must hold of the values they return.

`assert sorted(f([2, 1])) == [1, 2]` becomes one call of `f`, made inside, and `sorted(<value>) == [1, 2]`, computed
outside by `evaluate`. Test programs that are a straight line of such assertions (`def check(candidate): ...`) are read
the same way. Everything else raises NotPlain: it cannot be judged so.
"""

from __future__ import annotations

import ast
import functools
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox import plain
from verifiers.base import TruthError
from verifiers.rules.program.evaluate import (
    DRAINING,
    KNOWN,
    MODULES,
    NOT_HELD,
    NotPlain,
    Scope,
    Slot,
    evaluate,
    not_plain,
    refuse_unknown,
)

MAX_SOURCE_CHARS = 8 * 2**20
MAX_TEXT_CHARS = 200


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make in the judged process. `drain`: its value would be iterated at once."""

    entry: str
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    drain: bool = False


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion: its text, the calls in it, and the condition, in which a Slot stands for each call's value."""

    text: str
    calls: tuple[Call, ...]
    condition: ast.expr


def parse_source(source: str, what: str) -> list[ast.stmt]:
    """Return the statements of Python source that the caller wrote.

    Raises:
        TruthError: it is no Python, or too long.
    """
    if len(source) > MAX_SOURCE_CHARS:
        raise TruthError(f"{what} has over {MAX_SOURCE_CHARS} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in somebody's string
            return ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise TruthError(f"{what} is no Python: {error}") from error


def read_literal(text: str) -> Any:
    """Return the value of a Python literal.

    Raises:
        ValueError: the text is no literal of plain data.
    """
    try:
        (statement,) = parse_source(text.strip(), "the literal")
    except TruthError as error:
        raise ValueError(str(error)) from error
    if not isinstance(statement, ast.Expr):
        raise ValueError("not an expression")
    try:
        return _plain_value(statement.value, Scope())
    except NotPlain as error:
        raise ValueError(f"not a literal: {error}") from error


@functools.lru_cache(maxsize=256)  # the samples of a group share their ground truth
def read_assertions(source: str, entry_point: str | None) -> tuple[Assertion, ...]:
    """Return the assertions of a test source: plain statements, or the body of `def check(candidate)`.

    Raises:
        TruthError: the source is no Python, or an assertion fails whatever the program does.
        NotPlain: something in it is no assertion about calls on literals.
    """
    statements = parse_source(source, "the test source")
    aliases = {entry_point: entry_point} if entry_point else {}
    check = next((node for node in statements if _is_check(node)), None)
    if isinstance(check, ast.FunctionDef):
        if entry_point is None:
            raise NotPlain("def check(candidate) without an entry_point")
        aliases = {check.args.args[0].arg: entry_point}
        outside = [node for node in statements if node is not check and not _runs_check(node)]
        statements = [*outside, *check.body]
    reader = _Reader(aliases or _shadowed(statements), source.splitlines())
    try:
        return tuple(reader.read(statements))
    except RecursionError as error:
        raise NotPlain("an assertion is nested too deep") from error


def _is_check(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "check" and len(node.args.args) == 1


def _runs_check(node: ast.stmt) -> bool:
    called = node.value if isinstance(node, ast.Expr) else None
    return isinstance(called, ast.Call) and isinstance(called.func, ast.Name) and called.func.id == "check"


def _shadowed(statements: Sequence[ast.stmt]) -> dict[str, str]:
    """Return the program's names where they are names of functions known here, as in `assert sum(10, 15) == 6`.

    That is so where no other function is called anywhere: then the leftmost calls are the program's.
    """
    tests = [node.test for node in statements if isinstance(node, ast.Assert)]
    called = {_called_name(node) for test in tests for node in ast.walk(test)} - {""}
    if not called <= KNOWN.keys():
        return {}
    return {name: name for name in map(_called_name, map(_leftmost, tests)) if name}


def _called_name(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _leftmost(node: ast.expr) -> ast.expr:
    while isinstance(node, ast.Compare | ast.UnaryOp):
        node = node.left if isinstance(node, ast.Compare) else node.operand
    return node


def _plain_value(node: ast.expr, scope: Scope) -> Any:
    """Evaluate what the caller wrote; what fails in it is the caller's fault."""
    try:
        return evaluate(node, scope)
    except NOT_HELD as error:
        raise TruthError(f"{ast.unparse(node)[:100]}: {type(error).__name__}: {error}") from error


class _Reader:
    """Reads statements in order. `aliases` says which entry a called name stands for."""

    def __init__(self, aliases: Mapping[str, str], lines: Sequence[str]) -> None:
        self.aliases = aliases
        self.lines = lines
        self.names: dict[str, Any] = {}
        self.calls: list[Call] = []
        self.holding: set[ast.AST] = set()

    def read(self, statements: Sequence[ast.stmt]) -> Iterator[Assertion]:
        for node in statements:
            if isinstance(node, ast.Assert):
                yield from self._assertion(node)
            elif isinstance(node, ast.Assign):
                self._assign(node)
            elif not _is_idle(node):
                raise not_plain(node)

    def _assign(self, node: ast.Assign) -> None:
        (target, *more) = node.targets
        if more or not isinstance(target, ast.Name) or self._mark(node.value):
            raise not_plain(node)
        self.names[target.id] = _plain_value(node.value, Scope(names=self.names))

    def _assertion(self, node: ast.Assert) -> Iterator[Assertion]:
        self.calls = []
        self._mark(node.test)
        condition = self._prepared(node.test)
        text = self.lines[node.lineno - 1].strip()[:MAX_TEXT_CHARS] if node.lineno <= len(self.lines) else ""
        if self.calls:
            refuse_unknown(condition)
            yield Assertion(text, tuple(self.calls), condition)
        elif not _plain_value(condition, Scope()):
            raise TruthError(f"no program can pass: {text}")

    def _prepared(self, node: ast.expr) -> ast.expr:
        """Return the expression with what the caller wrote computed, and each of the program's calls made a Slot."""
        entry = self._entry(node)
        if entry is not None:
            return self._slot(node, entry)
        if node not in self.holding:
            return ast.Constant(_plain_value(node, Scope(names=self.names)))
        return self._rebuilt(node)

    def _rebuilt(self, node: ast.expr) -> ast.expr:
        first = len(self.calls)
        made = {name: self._prepared_field(name, value) for name, value in ast.iter_fields(node)}
        if isinstance(node, ast.Call) and _last_name(node.func) in DRAINING:
            self._drain(made["args"], first)
        return type(node)(**made)

    def _prepared_field(self, name: str, value: Any) -> Any:
        if name == "func":
            return value
        if isinstance(value, ast.keyword):
            return ast.keyword(value.arg, self._prepared(value.value))
        if isinstance(value, list):
            return [self._prepared_field("", item) for item in value]
        return self._prepared(value) if isinstance(value, ast.expr) else value

    def _drain(self, args: Sequence[ast.expr], first: int) -> None:
        for arg in args:
            if isinstance(arg, ast.Constant) and isinstance(arg.value, Slot) and arg.value.index >= first:
                call = self.calls[arg.value.index]
                self.calls[arg.value.index] = Call(call.entry, call.args, call.kwargs, drain=True)

    def _slot(self, node: ast.expr, entry: str) -> ast.expr:
        assert isinstance(node, ast.Call)
        parts = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not self.holding.isdisjoint(parts) or any(keyword.arg is None for keyword in node.keywords):
            raise not_plain(node)
        args = [self._argument(arg) for arg in node.args]
        kwargs = {str(keyword.arg): self._argument(keyword.value) for keyword in node.keywords}
        self.calls.append(Call(entry, args, kwargs))
        return ast.Constant(Slot(len(self.calls) - 1))  # type: ignore[arg-type]  # read back by evaluate alone

    def _argument(self, node: ast.expr) -> Any:
        value = _plain_value(node, Scope(names=self.names))
        try:
            plain.encode(value, strict=True)
        except ValueError as error:
            raise NotPlain(f"{ast.unparse(node)[:60]}: {error}") from error
        return value

    def _mark(self, node: ast.AST) -> bool:
        """Note which nodes hold a call of the program's."""
        below = [self._mark(child) for child in ast.iter_child_nodes(node)]  # all of them, not up to the first
        if not any(below) and self._entry(node) is None:
            return False
        self.holding.add(node)
        return True

    def _entry(self, node: ast.AST) -> str | None:
        """Return what the judged program is asked for, where this node calls something of the program's."""
        if not isinstance(node, ast.Call):
            return None
        if isinstance(node.func, ast.Name):
            name = node.func.id
            return self.aliases.get(name, None if name in KNOWN else name)
        return self._method(node.func)

    def _method(self, function: ast.expr) -> str | None:
        if not isinstance(function, ast.Attribute):
            return None
        owner = function.value
        if isinstance(owner, ast.Name) and _names_class(owner.id):
            return f"{owner.id}.{function.attr}"
        if not isinstance(owner, ast.Call) or owner.args or owner.keywords or not isinstance(owner.func, ast.Name):
            return None
        return f"{owner.func.id}().{function.attr}" if _names_class(owner.func.id) else None


def _names_class(name: str) -> bool:
    # By custom: `f().upper()` calls a method of what f returned, `Stack().upper()` one of the program's own.
    return name[0].isupper() and name not in KNOWN


def _last_name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_idle(node: ast.stmt) -> bool:
    """Say whether a statement does nothing here: a docstring, `pass`, the import of a module that is known."""
    if isinstance(node, ast.Import):
        return all(alias.name in MODULES and alias.asname is None for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.module in MODULES and all(alias.asname is None for alias in node.names)
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or isinstance(node, ast.Pass)
