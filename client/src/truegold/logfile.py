"""A log of rollouts, one JSON object a line, and the file of rewards that belongs to it: indexed, cut, gone on with.

The file has one line a row, in the log's order, and nothing measured in it, so that an interrupted run ends as one in
one go does. `python -m app diff` of the service compares two such files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from truegold.results import Component, Result
from truegold.samples import Sample

BATCH_ROWS = 256
BATCH_BYTES = 4 * 2**20
BOM = b"\xef\xbb\xbf"
FIELDS = frozenset(Sample.__annotations__)


class CannotDo(Exception):
    """The log, or the file of rewards, cannot be used; the message says what to mend."""


@dataclass(frozen=True)
class Row:
    """Where one row stands; `line` counts from 1, `digest` names its text, `group` is whom it must travel with."""

    line: int
    offset: int
    size: int
    digest: str
    group: str | int


@dataclass(frozen=True)
class Broken:
    """A line that is no row, and why."""

    line: int
    why: str


def index(path: Path) -> tuple[list[Row], list[Broken]]:
    """Look at every line once; return the rows, and the lines that are none.

    Raises:
        CannotDo: there is no such file, or it holds no row at all.
    """
    rows: list[Row] = []
    broken: list[Broken] = []
    try:
        with path.open("rb") as file:
            for line, offset, text in _lines(file):
                found = _look(line, offset, text)
                (rows if isinstance(found, Row) else broken).append(found)  # type: ignore[arg-type]  # each to its own
    except OSError as error:
        raise CannotDo(f"{path} cannot be read: {error.strerror}") from error
    if not rows:
        why = f"line {broken[0].line} {broken[0].why}" if broken else "it is empty"
        raise CannotDo(f"{path} is no JSONL, one JSON object a line: {why}")
    return rows, broken


def _lines(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    offset = 0
    for line, text in enumerate(file, 1):
        if text.strip():
            yield line, offset, text
        offset += len(text)


def _look(line: int, offset: int, text: bytes) -> Row | Broken:
    try:
        sample = read_row(text)
    except ValueError as error:
        return Broken(line, str(error))
    group = sample.get("group")
    digest = hashlib.blake2b(text.strip(), digest_size=6).hexdigest()
    return Row(line, offset, len(text), digest, line if group is None else str(group))


def read_row(text: bytes) -> dict[str, Any]:
    """Return what a line holds of a sample.

    Raises:
        ValueError: it is no JSON object, or has no completion.
    """
    try:
        row = json.loads(text.strip()[len(BOM) :] if text.startswith(BOM) else text)
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 text") from error
    except RecursionError as error:
        raise ValueError("is nested too deep") from error
    except ValueError as error:
        raise ValueError(f"is not JSON: {error}") from error
    if not isinstance(row, dict) or "completion" not in row:
        raise ValueError("is no object with a completion")
    return {name: value for name, value in row.items() if name in FIELDS}


def cut(rows: Sequence[Row]) -> list[list[Row]]:
    """Cut rows into requests, in the order of their first lines; a group stays whole."""
    units: dict[str | int, list[Row]] = {}
    for row in rows:
        units.setdefault(row.group, []).append(row)
    batches: list[list[Row]] = []
    size = BATCH_BYTES
    for unit in units.values():
        unit_size = sum(row.size for row in unit)
        if size + unit_size > BATCH_BYTES or len(batches[-1]) + len(unit) > BATCH_ROWS:
            batches.append([])
            size = 0
        batches[-1] += unit
        size += unit_size
    return batches


def read_samples(path: Path, batch: Sequence[Row], verifier: str | None) -> list[dict[str, Any]]:
    """Read rows again as samples: with their line as id where they have none, and a rule where they name none."""
    samples = []
    with path.open("rb") as file:
        for row in batch:
            file.seek(row.offset)
            given = {name: value for name, value in read_row(file.read(row.size)).items() if value is not None}
            samples.append({"id": str(row.line), **({"verifier": verifier} if verifier else {}), **given})
    return samples


# -------------------------------------------------------------------------------------------------- the file of rewards


def lines_done(out: Path, rows: Sequence[Row], asked: str) -> int:
    """Return how many rows an earlier run has written, and cut off a last line that it left unfinished.

    Raises:
        CannotDo: the file was made from other rows, or with other options.
    """
    if not out.exists():
        return 0
    done = end = 0
    with out.open("rb+") as file:
        for text in file:
            if not text.endswith(b"\n"):
                break
            if done >= len(rows) or _mark_in(text) != mark(rows[done], asked):
                where = f"{out} line {done + 1}"
                raise CannotDo(f"{where} is of another log or other options: give another --out, or --restart")
            done += 1
            end += len(text)
        file.truncate(end)
    return done


def mark(row: Row, asked: str) -> dict[str, Any]:
    """What says of a line from which row it was made, and how."""
    return {"line": row.line, "row": row.digest, "asked": asked}


def _mark_in(text: bytes) -> Any:
    try:
        scored = json.loads(text)
        return {name: scored[name] for name in ("line", "row", "asked")}
    except (ValueError, TypeError, LookupError):
        return None


def written(result: Result) -> dict[str, Any]:
    """A result as its line holds it, without what was measured."""
    error = result.error
    return {
        "id": result.id,
        "group": result.group,
        "reward": result.reward,
        "unshaped": result.unshaped,
        "advantage": result.advantage,
        "flags": list(result.flags),
        "error": error and {"code": error.code, "message": error.message, "retryable": error.retryable},
        "components": [_component(component) for component in result.components],
    }


def _component(component: Component) -> dict[str, Any]:
    return {
        "name": component.name,
        "verifier": component.verifier,
        "weight": component.weight,
        "score": component.score,
        "verdict": component.verdict,
        "answer": component.answer,
        "detail": component.detail,
        "flags": list(component.flags),
        "evidence": settled(component.evidence),
    }


def settled(value: Any) -> Any:
    """Leave out what differs from run to run."""
    if isinstance(value, Mapping):
        return {name: settled(item) for name, item in value.items() if name not in ("cpu_s", "peak_bytes", "wall_s")}
    return [settled(item) for item in value] if isinstance(value, list) else value


def in_order(rows: Sequence[Row], batches: Iterable[Sequence[tuple[Row, Any]]]) -> Iterator[Any]:
    """Yield what belongs to each row as soon as all rows before it have theirs."""
    waiting: dict[int, Any] = {}
    order = iter([row.line for row in rows])
    following = next(order, None)
    for batch in batches:
        waiting.update((row.line, item) for row, item in batch)
        while following in waiting:
            yield waiting.pop(following)
            following = next(order, None)
