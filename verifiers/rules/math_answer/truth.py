"""Reads the ground truth in the shapes that data sets use into the answers it accepts, any of which is right."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from verifiers.base import Json, TruthError
from verifiers.rules.math_answer.find import boxed_list
from verifiers.text.boxes import find_boxes

MAX_ANSWERS = 64
MAX_WRAPPERS = 4
_PERCENT_BEHIND = re.compile(r"\s*\$?\s*(?:\\text\{\s*)?(?:percent|per cent|\\?%)")
# Where rows keep what they are judged against, in the order of trust.
KEYS = (
    "reward_model",
    "reward_spec",
    "ground_truth",
    "expected_answer",
    "final_answer",
    "reference_answer",
    "answer",
    "target",
    "label",
    "solution",
)


def accepted_answers(truth: Json) -> tuple[str, ...]:
    """Return the answers that `truth` accepts, at least one.

    Raises:
        TruthError: there is none, or it has a shape that no data set uses.
    """
    answers = tuple(dict.fromkeys(_read(truth, 0)))
    if not answers:
        raise TruthError("the ground truth holds no answer")
    if len(answers) > MAX_ANSWERS:
        raise TruthError(f"the ground truth lists {len(answers)} answers, more than {MAX_ANSWERS}")
    return answers


def _read(truth: Json, depth: int) -> list[str]:
    if depth > MAX_WRAPPERS:
        raise TruthError(f"the ground truth is wrapped more than {MAX_WRAPPERS} times")
    if isinstance(truth, str):
        return _read_text(truth, depth)
    if isinstance(truth, bool):
        return ["true" if truth else "false"]
    if isinstance(truth, int | float):
        return [_number(truth)]
    if isinstance(truth, list | tuple):
        return [answer for item in truth for answer in _read(item, depth + 1)]
    if isinstance(truth, Mapping):
        return _read_row(truth, depth)
    raise TruthError("the ground truth is empty" if truth is None else f"cannot read a {type(truth).__name__}")


def _number(truth: int | float) -> str:
    if isinstance(truth, float) and not math.isfinite(truth):
        raise TruthError(f"the ground truth {truth} is no number")
    try:
        return str(truth)
    except ValueError as error:
        raise TruthError("the ground truth has too many digits") from error


def _read_row(row: Mapping[str, Any], depth: int) -> list[str]:
    for key in KEYS:
        if row.get(key) is not None:
            return _read(row[key], depth + 1)
    raise TruthError(f"the ground truth is an object without any of: {', '.join(KEYS)}")


def _read_text(text: str, depth: int) -> list[str]:
    text = text.strip()
    structure = _as_json(text)
    if structure is not None:
        return _read(structure, depth + 1)
    if "####" in text:
        text = text.rpartition("####")[2].strip()
    if "\\boxed" in text or "\\fbox" in text:
        text = _boxed(text)
    if not text:
        raise TruthError("the ground truth is empty")
    return [text]


def _boxed(text: str) -> str:
    """Return what the last box holds, and the percent sign or word that stands right behind it."""
    inside = boxed_list(text) or ""
    closing = next((box.end for box in reversed(find_boxes(text)) if box.is_closed), 0)
    return f"{inside}\\%" if inside and _PERCENT_BEHIND.match(text, closing) and "%" not in inside else inside


def _as_json(text: str) -> Json:
    """Return the object or the list of strings that `text` writes; a list of numbers is mathematics already."""
    if not text.startswith(("{", "[")) or '"' not in text:
        return None
    try:
        structure = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(structure, list) and not all(isinstance(item, str) for item in structure):
        return None
    return structure
