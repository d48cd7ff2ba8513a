"""One line of a report: a figure beside its target."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, what it should be (empty where it is there for comparison), and what it was."""

    what: str
    target: str
    figure: str
    is_met: bool

    def cells(self) -> list[str]:
        return [self.what, self.target, self.figure, ("yes" if self.is_met else "no") if self.target else ""]
