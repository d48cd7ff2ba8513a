"""How a batch is cut into requests: by count and by bytes, never through the middle of a group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from truegold.encoding import to_json
from truegold.errors import EncodingError


@dataclass(frozen=True)
class Unit:
    """What must travel together, now and when it is sent again: the samples of a group, or one sample without a group.

    `indices` are places in the caller's list; `bodies` are the samples as JSON, in that order.
    """

    indices: tuple[int, ...]
    bodies: tuple[bytes, ...]

    @property
    def size(self) -> int:
        return sum(len(body) + 1 for body in self.bodies)


Chunk = tuple[Unit, ...]


def cut(samples: Sequence[Mapping[str, Any]], max_batch: int, max_bytes: int) -> list[Chunk]:
    """Cut samples into chunks of at most `max_batch` samples and `max_bytes` bytes; a larger group is one of its own.

    Raises:
        EncodingError: a sample cannot be written as JSON.
    """
    return list(_pack(_units(samples), max_batch, max_bytes))


def _units(samples: Sequence[Mapping[str, Any]]) -> Iterable[Unit]:
    members: dict[int | str, list[tuple[int, bytes]]] = {}
    for index, sample in enumerate(samples):
        group, body = _write(index, sample)
        members.setdefault(index if group is None else group, []).append((index, body))
    for entries in members.values():
        yield Unit(tuple(index for index, _ in entries), tuple(body for _, body in entries))


def _write(index: int, sample: Mapping[str, Any]) -> tuple[str | None, bytes]:
    if not isinstance(sample, Mapping):
        raise EncodingError(f"samples[{index}] must be a mapping, not {type(sample).__name__}")
    # The service would number the samples of each request from 0, so those without a name get their place in the batch.
    names = {"id": _name(sample.get("id", index)) or str(index), "group": _name(sample.get("group"))}
    fields = {**sample, **{key: name for key, name in names.items() if name is not None}}
    return names["group"], to_json(fields, f"samples[{index}]")


def _name(value: Any) -> str | None:
    """An id or a group as text: trainers number theirs with ints, numpy scalars and tensors."""
    if value is None or isinstance(value, str):
        return value
    item = getattr(value, "item", None)
    return str(item() if callable(item) else value)


def _pack(units: Iterable[Unit], max_batch: int, max_bytes: int) -> Iterator[Chunk]:
    chunk: list[Unit] = []
    count = size = 0
    for unit in units:
        if chunk and (count + len(unit.indices) > max_batch or size + unit.size > max_bytes):
            yield tuple(chunk)
            chunk, count, size = [], 0, 0
        chunk.append(unit)
        count += len(unit.indices)
        size += unit.size
    if chunk:
        yield tuple(chunk)
