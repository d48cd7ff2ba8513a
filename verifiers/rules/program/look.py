"""Reads a program's source for two habits of cheats: looking into the process that tests it, and writing test files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

_MODULES = frozenset({"inspect", "ctypes"})
# What reaches into frames, into other objects, or into the interpreter. `gc.disable()` does not.
_NAMES = frozenset(
    {
        "_getframe", "_current_frames", "settrace", "setprofile", "get_objects", "get_referrers", "get_referents",
        "f_back", "f_globals", "f_locals", "tb_frame", "gi_frame", "cr_frame", "__globals__", "__closure__", "__code__",
        "__subclasses__",
    }
)  # fmt: skip
_PROCESS_FILES = "/proc/"
_MAY_INTROSPECT = re.compile(rf"\b(?:{'|'.join(sorted(_MODULES | _NAMES))})\b|{_PROCESS_FILES}")

MAX_PATH_CHARS = 200
# Files that a test runner loads or reads, by their last part or by a folder of tests.
_TEST_FILE = re.compile(
    r"(?:.*[/\\])?(?:(?:conftest|test[\w-]*|[\w-]+_tests?|sitecustomize|usercustomize)\.\w{1,8}|(?:pytest|tox)\.ini)"
    r"|(?:.*[/\\])?tests?[/\\].*",
    re.IGNORECASE,
)
_MAY_NAME_FILE = re.compile(r"(?:test|customize|tox)[\w-]{0,60}\.\w|tests?[/\\]", re.IGNORECASE)
_WRITING_MODE = re.compile(r"(?=.*[wax+])[rwaxbt+]{1,3}")
_WRITING_CALLS = frozenset({"write_text", "write_bytes", "symlink_to", "rename", "unlink"})
_FILE_MODULES = frozenset({"os", "shutil"})  # where `replace`, `remove` and `copy` mean files


def may_introspect(source: str) -> bool:
    """Whether `introspects` could hold of this source."""
    return _MAY_INTROSPECT.search(source) is not None


def introspects(nodes: Sequence[ast.AST]) -> bool:
    """Whether a program looks into the interpreter that runs it: imports, attributes, or names of them in strings."""
    return any(name in _NAMES or _PROCESS_FILES in name for node in nodes for name in _named(node)) or any(
        module.partition(".")[0] in _MODULES for node in nodes for module in _imported(node)
    )


def may_write_test_files(source: str) -> bool:
    """Whether `writes_test_files` could hold of this source."""
    return _MAY_NAME_FILE.search(source) is not None


def writes_test_files(nodes: Sequence[ast.AST]) -> bool:
    """Whether a program names a file that a test runner would load, and writes, moves or removes some file."""
    return any(map(_names_test_file, nodes)) and any(map(_writes, nodes))


def _named(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.name for alias in node.names)


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
    elif isinstance(node, ast.Call) and _called(node)[1] in ("__import__", "import_module"):
        yield from _texts(node)


def _names_test_file(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or len(node.value) > MAX_PATH_CHARS:
        return False
    return _TEST_FILE.fullmatch(node.value) is not None


def _writes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    owner, name = _called(node)
    if name == "open":
        return any(_WRITING_MODE.fullmatch(text) for text in _texts(node))
    return name in _WRITING_CALLS or owner in _FILE_MODULES


def _called(call: ast.Call) -> tuple[str, str]:
    """Return what stands before the dot, where that is a name, and the name that is called."""
    if isinstance(call.func, ast.Attribute):
        return (call.func.value.id if isinstance(call.func.value, ast.Name) else ""), call.func.attr
    return "", call.func.id if isinstance(call.func, ast.Name) else ""


def _texts(call: ast.Call) -> Iterator[str]:
    values = (*call.args, *(keyword.value for keyword in call.keywords))
    return (value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str))
