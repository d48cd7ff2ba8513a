"""What can be said of a ground truth by looking at it: its kind, how it is written out, whether the prompt shows it.

A rule may say these things itself, with `kind(truth)` and `write_out(truth)`; what stands here serves the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from verifiers.base import Json, Verifier
from verifiers.routing import CODE_KEYS, WRAPPERS
from verifiers.text.shown import is_shown_in

MAX_WRAPPERS = 4
KEYS = (*WRAPPERS, "ground_truth", "expected_answer", "final_answer", "answer", "target", "label", "solution")

_NUMBER = re.compile(r"(?=.*\d)[-+−]?(?:\d[\d,]*)?(?:\.\d+)?(?:[eE][-+]?\d+)?%?")
_FRACTION = re.compile(r"[-+−]?\s*(?:\d+\s*/\s*\d+|\\[dt]?frac\s*\{?\d+\}?\s*\{?\d+\}?)")
_LETTER = re.compile(r"\(?[A-Za-z]\)?\.?")
_MATHEMATICS = re.compile(r"[\\=^_+*/<>|{}]|\d")
_TESTS = {
    "function": ("entry_point", "fn_name"),
    "assertions": ("asserts", "assert_case", "test_list"),
    "test program": ("test", "test_code", "unit_test", "unit_tests"),
}


def kind_of(truth: Json) -> str:
    """Name what a ground truth is in a word or two: number, fraction, expression, letter, text, list, tests."""
    truth = _unwrapped(truth)
    if isinstance(truth, Mapping):
        return _kind_of_tests(truth)
    if isinstance(truth, list):
        return "list"
    if isinstance(truth, bool) or truth is None:
        return "none" if truth is None else "boolean"
    return "number" if isinstance(truth, int | float) else _kind_of_text(str(truth).strip())


def written_out(rule: Verifier, truth: Json) -> tuple[str, ...]:
    """Return completions that give the ground truth as their answer: as it is, and in a box; none for tests.

    Raises:
        TruthError: from the rule.
    """
    own = getattr(rule, "write_out", None)
    if own is not None:
        return (str(own(truth)),)
    truth = _unwrapped(truth)
    while isinstance(truth, list) and truth:
        truth = truth[0]
    if isinstance(truth, bool) or not isinstance(truth, str | int | float):
        return ()
    return str(truth), f"\\boxed{{{truth}}}"


def is_shown(truth: Json, prompt: str | None) -> bool:
    """Whether the prompt holds the ground truth as it is written."""
    truth = _unwrapped(truth)
    answer = str(truth).strip() if isinstance(truth, str | int | float) else ""
    return is_shown_in(prompt or "", answer)


def no_answer_in(rule: Verifier, truth: Json) -> bool:
    """Whether a rule that needs a ground truth is given none."""
    return rule.needs_truth and truth in (None, "", [], {})


def _unwrapped(truth: Any) -> Json:
    for _ in range(MAX_WRAPPERS):
        if not isinstance(truth, Mapping) or truth.keys() & CODE_KEYS:
            return truth
        inner = next((truth[key] for key in KEYS if truth.get(key) is not None), None)
        if inner is None:
            return truth
        truth = inner
    return truth


def _kind_of_tests(truth: Mapping[str, Json]) -> str:
    for kind, keys in _TESTS.items():
        if any(truth.get(key) for key in keys):
            return kind
    return "standard input" if truth.keys() & CODE_KEYS else "object"


def _kind_of_text(text: str) -> str:
    if not text:
        return "none"
    if _NUMBER.fullmatch(text):
        return "number"
    if _FRACTION.fullmatch(text):
        return "fraction"
    if _LETTER.fullmatch(text):
        return "letter"
    return "expression" if _MATHEMATICS.search(text) else "text"
