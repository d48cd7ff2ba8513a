"""The languages a program may be written in: each is one module here with a declarative `LANGUAGE`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Product(StrEnum):
    """What is kept of a program for its runs."""

    SOURCE = "source"  # the source itself: nothing is built
    BINARY = "binary"  # what the compiler wrote, which is executed
    CLASSES = "classes"  # Java's class files, kept as one archive
    FILE = "file"  # what the compiler wrote, which the runtime reads


@dataclass(frozen=True, slots=True)
class Calls:
    """How functions of a program are called: a driver beside the source, which answers requests of JSON.

    `driver` is a file of this folder. Requests and replies are those of `sandbox.zygote.calls`, in frames on
    descriptor 4; a value that JSON cannot write is `{"handle": "its type"}`.
    """

    driver: str
    run_command: tuple[str, ...]
    compile_command: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """What the sandbox needs to know of a language.

    The first word of a command is looked for on this machine. Commands hold the words {source}, {product}, {main} (the
    class to start), {driver}, {memory_mb}, {headers} (a folder with what was precompiled) and {home} (the toolchain's
    folder). `profile` and `compile_profile` name what the kernel is asked for, see `sandbox.isolation.seccomp`.
    """

    name: str
    source_name: str
    package: str  # what brings the toolchain, for the message when it is missing
    version_command: tuple[str, ...]
    run_command: tuple[str, ...]
    hello: str = ""  # a program that prints "hello", by which the toolchain proves itself
    compile_command: tuple[str, ...] = ()  # empty where nothing is built
    test_command: tuple[str, ...] = ()  # compiles a source whose own tests are what runs
    test_source_name: str = ""  # where such a source is named otherwise
    product: Product = Product.SOURCE
    product_name: str = ""  # what the compiler writes, in its working folder
    calls: Calls | None = None
    aliases: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # more commands that must be there
    home_command: tuple[str, ...] = ()  # prints {home}; else it is the folder above the one of the first command
    folders: tuple[str, ...] = ()  # what is read beyond the system's libraries
    executes: tuple[str, ...] = ()  # what programs may execute
    environment: Mapping[str, str] = field(default_factory=dict)
    profile: str = "native"
    compile_profile: str = "processes"
    precompiled: str = ""  # a header of the system's that is compiled once, for all programs
    is_warm: bool = False  # runs in a child of a warm interpreter
    bears_address_limit: bool = True  # false where the runtime reserves far more address space than it uses
    runtime_bytes: int = 0  # what the runtime holds by itself, which is no program's memory
    memory_signs: tuple[bytes, ...] = ()  # by which a program that failed says that its memory ran out
    error_signs: tuple[bytes, ...] = ()  # by which a runtime says that it could not read the program
    source_name_pattern: str = ""  # finds in a source the name that its file must have
    module_pattern: str = ""  # finds that a source must lie in a file of another name, `module_name`
    module_name: str = ""


def discover() -> Mapping[str, Language]:
    """Every language by its name and by each of its aliases."""
    found: dict[str, Language] = {}
    for module in pkgutil.iter_modules(__path__):
        language: Language = importlib.import_module(f"{__name__}.{module.name}").LANGUAGE
        found.update(dict.fromkeys((language.name, *language.aliases), language))
    return found
