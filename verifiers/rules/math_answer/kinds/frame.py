"""What a comparison knows besides the two formulas."""

from __future__ import annotations

from dataclasses import dataclass, field

from verifiers.rules.math_answer.options import Policy


@dataclass(frozen=True, slots=True)
class Frame:
    """`integers` are letters that stand for whole numbers; `variables` those of the gold and of the problem, which are
    never units; `gives_percent` says that the problem asks for a percentage."""

    policy: Policy = field(default_factory=Policy)
    integers: frozenset[str] = frozenset()
    variables: frozenset[str] = frozenset()
    prompt_names: frozenset[str] = frozenset()
    gives_percent: bool = False
