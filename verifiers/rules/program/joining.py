"""Makes one source of a program and the test program behind it, where their language does not take them as they are.

What a program was given to try itself (a `main` of its own, the name of its file) must not stand in the test's way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

ASIDE = "main_of_the_program"
C_MAIN = re.compile(r"\bmain\s*\(")
RUST_MAIN = re.compile(r"(?m)^((?:pub[ \t]+)?(?:async[ \t]+)?fn[ \t]+)main(?=[ \t]*\()")
RUST_OWN_TESTS = re.compile(r"(?m)^[ \t]*#\[cfg\(test\)\]")
GO_MAIN = re.compile(r"(?m)^(func[ \t]+)main(?=[ \t]*\()")
GO_PACKAGE = re.compile(r"(?m)^package[ \t]+\w+[ \t]*;?[ \t]*$")
GO_IMPORT = re.compile(r"(?m)^import[ \t]*(?:\(([^)]*)\)|([^(\n]+))[ \t]*$")
JAVA_PACKAGE = re.compile(r"(?m)^[ \t]*package[ \t][^;\n]*;")
JAVA_IMPORT = re.compile(r"(?m)^[ \t]*import[ \t][^;\n]*;")
JAVA_PUBLIC = re.compile(
    r"(?m)^[ \t]*public[ \t]+"
    r"(?=(?:(?:final|abstract|strictfp|sealed|non-sealed)[ \t]+){0,3}(?:class|interface|enum|record)\b)"
)
MODULE = re.compile(r"(?m)^[ \t]*(?:import|export)[ \t{*]")
REQUIRE = 'import { createRequire as requireOfTests } from "module"; const require = requireOfTests(import.meta.url);'


def joined(language: str, program: str, test: str) -> str:
    """Return one source of both."""
    join = JOINS.get(language)
    return join(program, test) if join else f"{program}\n{test}\n"


def _c(program: str, test: str) -> str:
    """Assertions hold whatever the program defined, and its own main is another function."""
    if C_MAIN.search(program) and C_MAIN.search(test):
        program = f"#define main {ASIDE}\n{program}\n#undef main"
    return f"{program}\n#undef NDEBUG\n#include <assert.h>\n{test}\n"


def _rust(program: str, test: str) -> str:
    """Tests that the program brings with it are not compiled: models end with a module of the same name."""
    program = RUST_OWN_TESTS.sub("#[cfg(any())]", program)
    if RUST_MAIN.search(test):
        program = RUST_MAIN.sub(rf"\1{ASIDE}", program)
    return f"{program}\n{test}\n"


def _go(program: str, test: str) -> str:
    """One package clause and each import once, which Go takes only at the top."""
    if GO_MAIN.search(test):
        program = GO_MAIN.sub(rf"\1{ASIDE}", program)
    bodies, imports = [], dict[str, None]()
    for source in (program, test):
        for block, single in GO_IMPORT.findall(source):
            imports |= dict.fromkeys(line.strip() for line in (block or single).split("\n") if line.strip())
        bodies.append(GO_IMPORT.sub("", GO_PACKAGE.sub("", source)))
    return "\n".join(["package main", *(f"import {each}" for each in imports), *bodies, ""])


def _java(program: str, test: str) -> str:
    """The file is the test's: it is named after the test's public class, and takes imports only at its top."""
    imports = dict.fromkeys(found.strip() for found in JAVA_IMPORT.findall(test))
    program = JAVA_PUBLIC.sub("", JAVA_PACKAGE.sub("", program))
    return "\n".join([*imports, program, JAVA_IMPORT.sub("", test)])


def _javascript(program: str, test: str) -> str:
    """A module knows no `require`, which tests are written with."""
    both = f"{program}\n{test}\n"
    if MODULE.search(both) and re.search(r"\brequire\(", both) and "createRequire" not in both:
        return f"{REQUIRE}\n{both}"
    return both


JOINS: Mapping[str, Callable[[str, str], str]] = {
    "c": _c,
    "cpp": _c,
    "rust": _rust,
    "go": _go,
    "java": _java,
    "javascript": _javascript,
}
