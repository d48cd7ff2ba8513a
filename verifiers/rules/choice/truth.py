"""Reads which options are right: by label, by text, or by number where the options are given."""

from __future__ import annotations

from collections.abc import Mapping

from verifiers.base import Json, TruthError
from verifiers.rules.choice.labels import Options, labels_of
from verifiers.text.boxes import last_box

MAX_WRAPPERS = 4
KEYS = ("reward_model", "ground_truth", "answer", "expected_answer", "label", "target")


def right_labels(truth: Json, options: Options, depth: int = 0) -> str:
    """Return the labels of all options that are right; a list means all of them together.

    Raises:
        TruthError: there is none, or it is none of the options.
    """
    if depth > MAX_WRAPPERS:
        raise TruthError(f"the ground truth is wrapped more than {MAX_WRAPPERS} times")
    if isinstance(truth, Mapping):
        inner = next((truth[key] for key in KEYS if truth.get(key) is not None), None)
        return right_labels(inner, options, depth + 1)
    if isinstance(truth, list | tuple) and truth:
        return "".join(sorted({label for item in truth for label in right_labels(item, options, depth + 1)}))
    if isinstance(truth, int) and not isinstance(truth, bool):
        return _numbered(truth, options)
    if not isinstance(truth, str) or not truth.strip():
        raise TruthError("the ground truth is no option: a label such as 'C', a list of labels, or an option's text")
    box = last_box(truth)
    labels = labels_of(box.content if box else truth.strip(), options)
    if not labels:
        raise TruthError(f"the ground truth {truth[:60]!r} is none of the options {options.labels}")
    return labels


def _numbered(index: int, options: Options) -> str:
    """Read the index of an option, from 0, as `cais/mmlu` writes it."""
    if not options.texts:
        raise TruthError("the ground truth is a number, and options.choices does not say what it counts")
    if not 0 <= index < len(options.labels):
        raise TruthError(f"the ground truth {index} counts beyond the {len(options.labels)} options (from 0)")
    return options.labels[index]
