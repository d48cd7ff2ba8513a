"""Writes the figures as a Markdown table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.tally import Tally, total

HEAD = ("set", "rows", "agreement", "FP", "FN", "nulls", "rows/s", "math-verify", "FP", "FN", "nulls", "rows/s")


@dataclass(frozen=True, slots=True)
class Line:
    """One set: what the service made of it and, beside it, the yardstick; or why it was skipped."""

    name: str
    rows: int
    ours: Tally | None
    anchor: Tally | None = None
    skipped: str = ""


def table(lines: Sequence[Line]) -> str:
    """All lines and a sum, then the sets that were skipped."""
    judged = [line for line in lines if line.ours]
    rows = [_cells(line) for line in [*judged, _sum("all", judged), _sum("all with math-verify", _beside(judged))]]
    skipped = [f"Skipped: `{line.name}` ({line.rows} rows): {line.skipped}\n" for line in lines if not line.ours]
    return markdown(HEAD, rows) + "\n" + "\n".join(skipped)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, every column but the first to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def _beside(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.anchor]


def _sum(name: str, lines: Sequence[Line]) -> Line:
    ours = [line.ours for line in lines if line.ours]
    anchors = [line.anchor for line in lines if line.anchor]
    beside = total(anchors) if len(anchors) == len(lines) else None
    return Line(name, sum(line.rows for line in lines), total(ours), beside)


def _cells(line: Line) -> list[str]:
    return [f"`{line.name}`", str(line.rows), *_figures(line.ours), *_figures(line.anchor)]


def _figures(counted: Tally | None) -> list[str]:
    if counted is None:
        return [""] * 5
    agreement = "" if counted.agreement is None else f"{100 * counted.agreement:.1f} %"
    return [
        agreement,
        str(counted.false_positives),
        str(counted.false_negatives),
        str(counted.nulls),
        f"{counted.rows_per_s:.0f}",
    ]
