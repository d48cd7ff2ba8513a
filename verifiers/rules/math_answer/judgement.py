"""What a comparison says: equal or not, why, and what a person should know besides."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether the answer is right, and why in a few words."""

    is_equal: bool
    why: str
    flags: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
