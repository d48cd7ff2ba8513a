"""Compares scores with labels.

A label is true for `correct`, false for any verdict that scores 0, and null where nobody knows. A null of the judge is
an abstention: neither right nor wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """What came of the rows of one set, in how many seconds."""

    rows: int
    agreed: int
    false_positives: int
    false_negatives: int
    nulls: int
    seconds: float

    @property
    def agreement(self) -> float | None:
        """The share of labelled and judged rows where score and label agree; None where there is no such row."""
        judged = self.agreed + self.false_positives + self.false_negatives
        return self.agreed / judged if judged else None

    @property
    def rows_per_s(self) -> float:
        return self.rows / self.seconds if self.seconds else 0.0


def tally(labels: Sequence[bool | None], scores: Sequence[float | None], seconds: float) -> Tally:
    """Count agreements. A false positive pays a wrong answer, a false negative does not pay a right one in full."""
    judged = [
        (label, score) for label, score in zip(labels, scores, strict=True) if label is not None and score is not None
    ]
    positives = [score for label, score in judged if not label and score > 0]
    negatives = [score for label, score in judged if label and score < 1]
    return Tally(
        rows=len(labels),
        agreed=len(judged) - len(positives) - len(negatives),
        false_positives=len(positives),
        false_negatives=len(negatives),
        nulls=sum(score is None for score in scores),
        seconds=seconds,
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """All sets as one."""
    counted = list(tallies)
    return Tally(
        rows=sum(one.rows for one in counted),
        agreed=sum(one.agreed for one in counted),
        false_positives=sum(one.false_positives for one in counted),
        false_negatives=sum(one.false_negatives for one in counted),
        nulls=sum(one.nulls for one in counted),
        seconds=sum(one.seconds for one in counted),
    )
