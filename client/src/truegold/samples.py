"""The shape of a sample, for type checkers; any mapping will do, and values may be numpy or torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class Sample(TypedDict, total=False):
    """What one rollout leaves to judge. Only `completion` is always needed; the service documents the rest."""

    id: str
    group: str
    prompt: Any
    completion: Any
    ground_truth: Any
    verifier: str
    options: Mapping[str, Any]
    recipe: Any
    truncated: bool
    finish_reason: str
    completion_tokens: int
    max_tokens: int
    data_source: str
    metadata: Mapping[str, Any]
