"""One short name for all that decides a verdict: our own rules' text, the libraries they call, and what was asked.

Same fingerprint and same sample, same score; except where a limit decided, for limits measure a machine.
"""

from __future__ import annotations

import hashlib
import platform
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from verifiers.recipes.combine import Recipe

SCORING_VERSION = "1"
ROOT = Path(__file__).resolve().parents[2]
DECIDING_FOLDERS = ("verifiers/rules", "verifiers/text", "verifiers/recipes", "sandbox")
DECIDING_LIBRARIES = ("py3langid", "sympy", "math-verify", "latex2sympy2-extended", "antlr4-python3-runtime", "numpy")


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Return a digest of the rules' own source and of the versions of what they call."""
    digest = hashlib.blake2b(digest_size=16)
    for folder in DECIDING_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".py", ".toml"):
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    for name in DECIDING_LIBRARIES:
        digest.update(f"{name}=={_version(name)}\n".encode())
    digest.update(".".join(platform.python_version_tuple()[:2]).encode())
    return digest.hexdigest()


def fingerprint(name: str, *deciding: Recipe | bytes | str) -> str:
    """Return `name@` and ten hexadecimal digits that change with anything that can change a verdict."""
    digest = hashlib.blake2b(code_digest().encode(), digest_size=5)
    for part in deciding:
        digest.update(msgspec.json.encode(part, order="deterministic"))
    return f"{name}@{digest.hexdigest()}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
