"""Reads labelled rows: one JSON object a line, one set a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]

SAMPLE_FIELDS = ("id", "group", "prompt", "completion", "ground_truth", "verifier", "options")


@dataclass(frozen=True, slots=True)
class RowSet:
    """The rows of one file, named after its path in the folder."""

    name: str
    rows: tuple[Row, ...]

    @property
    def verifiers(self) -> tuple[str, ...]:
        return tuple(sorted({row["verifier"] for row in self.rows}))


def read_sets(folder: Path, only: str | None, limit: int | None) -> Iterator[RowSet]:
    """The sets under a folder, by name. `only`: text that a name must hold; `limit`: rows of each."""
    for path in sorted(folder.rglob("*.jsonl")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        if only is None or only in name:
            yield RowSet(name, _read(path, limit))


def _read(path: Path, limit: int | None) -> tuple[Row, ...]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines if line.strip()]
    return tuple(rows[:limit])


def sample_of(row: Row) -> Row:
    """What a caller would post: neither the label nor where the row comes from."""
    return {name: row[name] for name in SAMPLE_FIELDS if row.get(name) is not None}
