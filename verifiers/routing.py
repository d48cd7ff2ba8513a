"""`auto`: which verifier a sample means, by its data_source, and else by the shape of its ground truth."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from verifiers.base import Json

TABLE = Path(__file__).with_name("data_sources.toml")
WRAPPERS = ("reward_model", "reward_spec", "verifier_metadata", "verification_info", "extra_info")
CODE_KEYS = frozenset(
    {
        "tests",
        "test_cases",
        "asserts",
        "assert_case",
        "test_list",
        "test",
        "test_code",
        "unit_test",
        "unit_tests",
        "inputs",
        "input_output",
        "public_test_cases",
        "private_test_cases",
        "official_tests",
        "entry_point",
        "fn_name",
    }
)
SOURCE_KEYS = ("data_source", "dataset", "tag")  # of verl and its kin, of open-instruct, of ROLL
LOOK_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Routed:
    """The verifier that was chosen, and the rule that chose it, for `evidence.routed_by`."""

    verifier: str
    by: str


def route(truth: Json, data_source: str | None, known: Collection[str]) -> Routed:
    """Choose among the `known` verifiers. Never fails: what nothing else claims is mathematics."""
    source = data_source or _row_source(truth)
    if source:
        for verifier, pattern in _patterns():
            if verifier in known and fnmatch.fnmatchcase(source.lower(), pattern):
                return Routed(verifier, f"data_source {source[:100]!r}")
    return Routed("code", "shape: tests") if _looks_like_tests(truth) else Routed("math", "shape: an answer")


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, str], ...]:
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple((route["verifier"], pattern) for route in table["route"] for pattern in route["patterns"])


def _row_source(truth: Json) -> str | None:
    """Return what a whole row says of where it comes from; where that is a list, its first entry."""
    if not isinstance(truth, Mapping):
        return None
    named = (truth[key] for key in SOURCE_KEYS if truth.get(key))
    firsts = (name[0] if isinstance(name, list) else name for name in named)
    return next((name for name in firsts if isinstance(name, str)), None)


def _looks_like_tests(truth: Json) -> bool:
    if isinstance(truth, str):
        return _reads_like_tests(truth[:LOOK_CHARS].lstrip())
    if isinstance(truth, list):
        return any(_looks_like_tests(item) for item in truth[:3]) or any(_is_pair(item) for item in truth[:3])
    if isinstance(truth, Mapping):
        if CODE_KEYS & {key for key, value in truth.items() if value is not None}:
            return True
        inner = (truth.get("ground_truth"), *(truth.get(name) for name in WRAPPERS))
        return any(_looks_like_tests(value) for value in inner if value is not None)
    return False


def _reads_like_tests(text: str) -> bool:
    if text.startswith("["):
        first = text[1:].lstrip()
        return first.startswith('"assert ') or (first.startswith("{") and '"input"' in text and '"output"' in text)
    return text.startswith("assert ") or (text.startswith("{") and any(f'"{key}"' in text for key in CODE_KEYS))


def _is_pair(item: Json) -> bool:
    return isinstance(item, Mapping) and "input" in item and "output" in item
