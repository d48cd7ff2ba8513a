"""What the Python that runs judged programs is: its version, its folders, and which scientific packages it has."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.base import LanguageUnavailable

ASK_S = 60.0
SCIENTIFIC = ("numpy", "scipy", "pandas", "sympy")
IMPORTS_SCIENTIFIC = re.compile(
    r"^[ \t]*(?:import|from)[ \t][^\n#]{0,200}?\b(?:numpy|scipy|pandas|sympy)\b", re.MULTILINE
)
SIMPLE = "bisect collections copy functools heapq io itertools math operator os random re string sys time typing"
_SIMPLE_NAME = rf"(?:{SIMPLE.replace(' ', '|')})\b"
IMPORTS = re.compile(r"^.*import.*$", re.MULTILINE)
IMPORTS_SIMPLE = re.compile(
    rf"\s*(?:import\s+{_SIMPLE_NAME}(?:\s+as\s+\w+)?(?:\s*,\s*{_SIMPLE_NAME})*|from\s+{_SIMPLE_NAME}\s+import\b[^;]*)\s*"
)
USUAL = """
    abc array ast base64 bisect calendar cmath collections collections.abc contextlib copy dataclasses datetime decimal
    enum fractions functools gc hashlib heapq inspect io itertools json keyword linecache math numbers operator os
    pathlib pickle queue random re secrets statistics string struct sys textwrap threading time traceback types typing
    warnings weakref zlib
"""
QUESTION = f"""
import importlib.util, json, sys, sysconfig
folders = sorted({{sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}})
installed = [name for name in {SCIENTIFIC!r} if importlib.util.find_spec(name)]
print(json.dumps([sys.version.split()[0], folders, installed]))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One Python, by its path."""

    python: str
    version: str
    folders: tuple[Path, ...]
    scientific: tuple[str, ...]  # those of SCIENTIFIC that are installed


def ask(python: str, environment: Mapping[str, str]) -> Interpreter:
    """Start the interpreter once and ask it.

    Raises:
        LanguageUnavailable: it does not start.
    """
    command = [python, "-I", "-c", QUESTION]
    try:
        asked = subprocess.run(command, env=dict(environment), capture_output=True, check=True, timeout=ASK_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise LanguageUnavailable(f"the Python at {python} does not start: {error}") from error
    version, folders, scientific = json.loads(asked.stdout)
    return Interpreter(python, version, tuple(map(Path, folders)), tuple(scientific))


def is_simple(source: str) -> bool:
    """Whether the program imports nothing but what most programs import. When in doubt, no."""
    return all(IMPORTS_SIMPLE.fullmatch(line) for line in IMPORTS.findall(source))


def wants_scientific(source: str) -> bool:
    """Whether the program imports a package that takes long to import."""
    return IMPORTS_SCIENTIFIC.search(source) is not None
