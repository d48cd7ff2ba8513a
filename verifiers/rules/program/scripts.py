"""Reads tests that are code as far as must be known before they run: which names of the program's they use, and how."""

from __future__ import annotations

import ast
import builtins
import functools
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.base import CANDIDATE_MODULES
from verifiers.base import TruthError
from verifiers.rules.program.asserts import parse_source

FILE = "tests.py"


@dataclass(frozen=True, slots=True)
class Script:
    """Tests that cannot be read as calls: one assertion, or with `is_file` a whole file of them."""

    source: str
    is_file: bool
    entry: str | None = None


def read_script(source: str, *, is_file: bool, entry: str | None) -> Script:
    """Return tests that are code.

    Raises:
        TruthError: they are no Python.
    """
    parse_source(source, "the test source")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `is` with a literal
            compile(
                source, FILE, "exec", dont_inherit=True
            )  # what only the compiler refuses: a return outside, and such
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise TruthError(f"the test source is no Python: {error}") from error
    return Script(source, is_file, entry)


@functools.lru_cache(maxsize=256)  # the samples of a group share their ground truth
def names_used(scripts: tuple[Script, ...], setup: str) -> frozenset[str]:
    """Return the names that the program must define for these tests, as far as they can be told by reading.

    They are those that the tests import from it, and those that they call and nobody else defines.
    """
    known = {*dir(builtins), *(name for name in _bound(setup))}
    found: set[str] = set()
    for script in scripts:
        found |= set(_imported(script.source))
        found |= _called(script.source) & (_free(script.source) - known)
        known |= _bound(script.source)
    return frozenset(found)


@functools.lru_cache(maxsize=256)
def free_names(scripts: tuple[Script, ...]) -> tuple[str, ...]:
    """Return the names that the tests look up and none of them binds."""
    free = set().union(*(_free(script.source) for script in scripts))
    return tuple(sorted(free.difference(*(_bound(script.source) for script in scripts))))


@functools.lru_cache(maxsize=256)
def class_names(scripts: tuple[Script, ...]) -> tuple[str, ...]:
    """Return the classes of the program's that the tests build objects of, and use them as objects.

    Only objects built from these may be asked about order and arithmetic with plain data: a name that is merely called
    is a function, whose value is compared here. `Solution` only holds functions.
    """
    used = set().union(*(_used_as_class(ast.parse(script.source)) for script in scripts))
    entries = {"Solution", *(script.entry for script in scripts)}
    return tuple(sorted(name for name in used - entries if name[0].isupper() and "_" not in name))


@functools.lru_cache(maxsize=256)
def owned_names(scripts: tuple[Script, ...]) -> tuple[str, ...]:
    """Return the names of Python's own functions that mean the program's: the entry, and what only can be called.

    In `assert sum(10, 15) == 6` no other function is called anywhere: then the leftmost calls are the program's.
    """
    entries = {script.entry for script in scripts if script.entry}
    called = set().union(*(_called(script.source) for script in scripts))
    free = set().union(*(_free(script.source) for script in scripts))
    if called and called <= set(dir(builtins)):
        entries |= {name for script in scripts for name in _leftmost_calls(script.source)} & free
    return tuple(sorted(name for name in entries if hasattr(builtins, name)))


def _used_as_class(tree: ast.AST) -> set[str]:
    """What is called, and then looked into by an attribute, or compared with what the same call gives."""
    made = _made(tree)
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            found |= {_name(node.value)} | _kinds(node.value, made)
        elif isinstance(node, ast.Compare):
            found |= _kinds(node.left, made) & _kinds(node.comparators[0], made)
        elif isinstance(node, ast.Call) and len(node.args) > 1:
            found |= _compared_by_call(node, made)
    return found - {""}


def _compared_by_call(node: ast.Call, made: dict[str, str]) -> set[str]:
    if _name(node.func) == "isinstance":
        return {_name(node.args[1])}
    if _last_name(node.func).startswith("assert"):
        return _kinds(node.args[0], made) & _kinds(node.args[1], made)
    return set()


def _made(tree: ast.AST) -> dict[str, str]:
    """What is called to make the value of each variable and attribute that is assigned."""
    return {
        _last_name(target): _called_name(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
    }


def _kinds(node: ast.AST, made: dict[str, str]) -> set[str]:
    """What is called in an expression, or was called to make what stands in it."""
    parts = list(ast.walk(node))
    return {_called_name(part) for part in parts} | {made.get(_last_name(part), "") for part in parts}


def _imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module in CANDIDATE_MODULES:
            yield from (alias.name for alias in node.names if alias.name != "*")


def _called(source: str) -> set[str]:
    return {name for node in ast.walk(ast.parse(source)) if (name := _called_name(node))}


def _leftmost_calls(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            test = node.test
            while isinstance(test, ast.Compare | ast.UnaryOp):
                test = test.left if isinstance(test, ast.Compare) else test.operand
            yield _called_name(test)


def _free(source: str) -> set[str]:
    """The names that are looked up in the module, or beyond it, and not bound in it."""
    return set(_looked_up(symtable.symtable(source, FILE, "exec"))) - _bound(source)


def _looked_up(table: symtable.SymbolTable) -> Iterator[str]:
    is_top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (is_top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _looked_up(child)


def _bound(source: str) -> set[str]:
    symbols = symtable.symtable(source, FILE, "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


def _called_name(node: ast.AST) -> str:
    return _name(node.func) if isinstance(node, ast.Call) else ""


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else _name(node)
