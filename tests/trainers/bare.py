"""Loads one module of a large package without the package's own imports, most of which need a GPU's libraries."""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
import types
from pathlib import Path


def load(distribution: str, module: str) -> types.ModuleType:
    """Import a module, unmodified, below empty stand-ins for its parent packages."""
    root = Path(str(importlib.metadata.distribution(distribution).locate_file("")))
    parts = module.split(".")
    for depth in range(1, len(parts)):
        name = ".".join(parts[:depth])
        if name not in sys.modules:
            parent = types.ModuleType(name)
            parent.__path__ = [str(root.joinpath(*parts[:depth]))]
            sys.modules[name] = parent
    return importlib.import_module(module)
