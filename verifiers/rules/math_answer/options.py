"""The policies of equality that a caller may choose, handed down to every comparison as one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from verifiers.rules.math_answer.tolerance import Tolerance

Percent: TypeAlias = Literal["gold", "strict", "either"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How forgiving a comparison is.

    `percent`: "gold" lets a bare 50 meet 50 %; "strict" never; "either" also lets 50 % meet a bare 50. `strict_units`
    forgives no missing unit. `is_strict` is symmetric equality, for votes: nothing is forgiven.
    """

    tolerance: Tolerance = "closed_form"
    percent: Percent = "gold"
    is_strict: bool = False
    strict_units: bool = False


STRICT = Policy(tolerance="exact", percent="strict", is_strict=True)
