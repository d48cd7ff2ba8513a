"""A log of rollouts, one JSON object a line: indexed in one pass, read again piece by piece, so it may be large."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from app.commands.exits import CannotDo
from app.schemas import SampleShape

MAX_LINE_BYTES = 64 * 2**20
BATCH_ROWS = 256
BATCH_BYTES = 4 * 2**20
GROUP_ROWS = 8_192  # a group goes in one request, up to this
GROUP_BYTES = 32 * 2**20
DIGEST_BYTES = 6
BOM = b"\xef\xbb\xbf"
FIELDS = frozenset(SampleShape.__struct_fields__)

Sample = dict[str, Any]
Renames = Mapping[str, str]  # a sample's field -> the log's own word for it


@dataclass(frozen=True, slots=True)
class Row:
    """Where one row stands; `line` counts from 1, `digest` names its text, `group` is whom it must travel with."""

    line: int
    offset: int
    size: int
    digest: str
    group: str | None


@dataclass(frozen=True, slots=True)
class Broken:
    """A line that is no row, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Log:
    """The index of a file: its rows in order, and the lines that are none."""

    path: Path
    rows: tuple[Row, ...]
    broken: tuple[Broken, ...]


def index(path: Path, renames: Renames) -> Log:
    """Look at every line once.

    Raises:
        CannotDo: there is no such file, or it holds no row at all.
    """
    rows: list[Row] = []
    broken: list[Broken] = []
    try:
        with path.open("rb") as file:
            for line, offset, text in _lines(file):
                found = _look(line, offset, text, renames)
                (rows if isinstance(found, Row) else broken).append(found)  # type: ignore[arg-type]  # each to its own
    except OSError as error:
        raise CannotDo(f"{path} cannot be read: {error.strerror}") from error
    if not rows:
        why = f"line {broken[0].line} {broken[0].why}" if broken else "it is empty"
        raise CannotDo(f"{path} is no JSONL, one JSON object a line: {why}")
    return Log(path, tuple(rows), tuple(broken))


def _lines(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, offset and text of each line that is not blank; of one that is too long, its beginning."""
    line = offset = 0
    while text := file.readline(MAX_LINE_BYTES + 1):
        line += 1
        size = len(text)
        while not text.endswith(b"\n") and (more := file.readline(MAX_LINE_BYTES)):
            size += len(more)
            text = text if not more.endswith(b"\n") else text + b"\n"
        if text.strip().removeprefix(BOM):
            yield line, offset, text
        offset += size


def _look(line: int, offset: int, text: bytes, renames: Renames) -> Row | Broken:
    if len(text) > MAX_LINE_BYTES:
        return Broken(line, f"is longer than {MAX_LINE_BYTES} bytes")
    try:
        sample = parse_row(text, renames)
    except ValueError as error:
        return Broken(line, str(error))
    group = sample.get("group")
    digest = hashlib.blake2b(text.strip(), digest_size=DIGEST_BYTES).hexdigest()
    return Row(line, offset, len(text), digest, str(group) if isinstance(group, str | int) else None)


def parse_row(text: bytes, renames: Renames) -> Sample:
    """Return what a line holds of a sample.

    Raises:
        ValueError: it is no JSON object, or has no completion and no ground truth either.
    """
    row = _parsed(text.strip().removeprefix(BOM))
    if not isinstance(row, dict):
        raise ValueError("is JSON, but no object")
    sample = {name: value for name, value in row.items() if name in FIELDS}
    sample |= {field: row[theirs] for field, theirs in renames.items() if theirs in row}
    if "completion" not in sample and "ground_truth" not in sample:
        raise ValueError(f"has no completion; its fields: {', '.join(sorted(map(str, row)))[:200]}")
    return sample


def _parsed(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(text)  # lenient: logs hold NaN, and lone surrogates
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at column {error.colno}") from error
    except RecursionError as error:
        raise ValueError("is nested too deep") from error


def cut(rows: Sequence[Row]) -> list[tuple[Row, ...]]:
    """Cut rows into requests, in the order of their first lines; a group stays whole."""
    units: dict[int | str, list[Row]] = {}
    for row in rows:
        units.setdefault(row.line if row.group is None else row.group, []).append(row)
    batches: list[tuple[Row, ...]] = []
    batch: list[Row] = []
    for unit in _bounded(units.values()):
        full = len(batch) + len(unit) > BATCH_ROWS or _size(batch) + _size(unit) > BATCH_BYTES
        if batch and full:
            batches.append(tuple(batch))
            batch = []
        batch += unit
    return [*batches, tuple(batch)] if batch else batches


def _bounded(units: Iterable[list[Row]]) -> Iterator[list[Row]]:
    for unit in units:
        part: list[Row] = []
        size = 0
        for row in unit:
            if part and (len(part) == GROUP_ROWS or size + row.size > GROUP_BYTES):
                yield part
                part, size = [], 0
            part.append(row)
            size += row.size
        yield part


def _size(rows: Sequence[Row]) -> int:
    return sum(row.size for row in rows)


def read_samples(file: BinaryIO, rows: Sequence[Row], renames: Renames, verifier: str | None) -> list[Sample]:
    """Read rows again as samples: with their line as id where they have none, and a rule where they name none."""
    samples = []
    for row in rows:
        file.seek(row.offset)
        sample = parse_row(file.read(row.size), renames)
        if sample.get("id") is None:
            sample["id"] = str(row.line)
        if verifier and sample.get("verifier") is None:
            sample["verifier"] = verifier
        samples.append(sample)
    return samples


def read_renames(given: Sequence[str]) -> dict[str, str]:
    """Read `completion=output`: the sample's field, and the log's own word for it.

    Raises:
        CannotDo: it is no such pair, or there is no such field.
    """
    pairs = [text.partition("=") for text in given]
    for field, equals, theirs in pairs:
        if not (equals and theirs) or field not in FIELDS:
            raise CannotDo(
                f"--field {field}{equals}{theirs}: write FIELD=NAME, FIELD one of {', '.join(sorted(FIELDS))}"
            )
    return {field: theirs for field, _, theirs in pairs}


def to_body(request: Mapping[str, Any]) -> bytes:
    """Write a request as ASCII: lone surrogates and NaN travel as the log holds them, for the service to judge."""
    return json.dumps(request, separators=(",", ":")).encode("ascii")
