"""The languages a program may be written in: each is one module here with a declarative `LANGUAGE`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """What the sandbox needs to know of a language. Commands hold the words {source}, {binary} and {memory_mb}."""

    name: str
    source_name: str
    package: str  # what brings the toolchain, for the message when it is missing
    version_command: tuple[str, ...]
    run_command: tuple[str, ...]
    compile_command: tuple[str, ...] = ()  # empty where nothing is built
    aliases: tuple[str, ...] = ()
    is_warm: bool = False  # runs in a child of a warm interpreter
    bears_address_limit: bool = True  # false where the runtime reserves far more address space than it uses


def discover() -> Mapping[str, Language]:
    """Every language by its name and by each of its aliases."""
    found: dict[str, Language] = {}
    for module in pkgutil.iter_modules(__path__):
        language: Language = importlib.import_module(f"{__name__}.{module.name}").LANGUAGE
        found.update(dict.fromkeys((language.name, *language.aliases), language))
    return found
