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

    def after(self, *steps: str) -> Judgement:
        """Return the same judgement with steps that came before its own."""
        return Judgement(self.is_equal, self.why, self.flags, (*steps, *self.steps))
