"""Verifiers that an operator mounts: every module of a folder, imported by its file, each fault told with its file.

A mounted verifier is code that the operator trusts, like ours. Its modules do not import each other.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from verifiers.base import Verifier
from verifiers.shapes import learn

PREFIX = "truegold_mounted_"
NEEDED = ("name", "heavy", "needs_truth", "truth_forms", "example")


class BadRules(ValueError):
    """A file of rules or recipes that cannot be used; the message names the file, and says what to do."""


def mounted_rules(folder: Path) -> Iterator[type[Verifier]]:
    """Import each Python file of a folder, and yield the rules in it.

    Raises:
        BadRules: there is no such folder, a file cannot be imported or holds no rule, or a rule is not whole.
    """
    if not folder.is_dir():
        raise BadRules(f"{folder} is no folder: TRUEGOLD_RULES names where your recipes and verifiers are")
    for path in sorted(folder.glob("*.py")):
        module = _imported(path)
        rules = [
            value
            for _, value in inspect.getmembers(module, inspect.isclass)
            if getattr(value, "is_registered", False) and value.__module__ == module.__name__
        ]
        if not rules:
            raise BadRules(f"{path}: no verifier in it; mark a frozen dataclass with verifiers.base.register")
        for rule in rules:
            yield _checked(rule, path)


def is_mounted(rule: type[Verifier]) -> bool:
    return rule.__module__.startswith(PREFIX)


def source_digest(rule: type[Verifier]) -> str:
    """Name the source of a mounted rule, for fingerprints; empty for ours, which are counted as one."""
    return str(getattr(sys.modules.get(rule.__module__), "source_digest", "")) if is_mounted(rule) else ""


def _imported(path: Path) -> ModuleType:
    name = PREFIX + path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BadRules(f"{path}: cannot be imported as Python")
    module: Any = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        # Somebody else's module may raise anything at all while it is imported; here it is told with its file.
        del sys.modules[name]
        raise BadRules(f"{path}, line {_line(error, path)}: {type(error).__name__}: {error}") from error
    module.source_digest = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
    checked: ModuleType = module
    return checked


def _line(error: Exception, path: Path) -> int:
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    frames = traceback.extract_tb(error.__traceback__)
    return next((frame.lineno or 1 for frame in reversed(frames) if frame.filename == str(path)), 1)


def _checked(rule: Any, path: Path) -> type[Verifier]:
    missing = [name for name in (*NEEDED, "verify", "check_truth") if not hasattr(rule, name)]
    if missing:
        raise BadRules(f"{path}: the verifier {rule.__name__} lacks {', '.join(missing)}")
    if not isinstance(rule.name, str) or not rule.name:
        raise BadRules(f"{path}: the verifier {rule.__name__} needs a name, a non-empty string")
    try:
        learn(rule)
    except Exception as error:
        # An annotation is evaluated, so it may raise anything at all.
        raise BadRules(f"{path}: the options of {rule.__name__}: {type(error).__name__}: {error}") from error
    checked: type[Verifier] = rule
    return checked
