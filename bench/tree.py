"""What a process and all below it hold: memory, descriptors, processes. What ends meanwhile counts as nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Held:
    """At one moment: proportional resident bytes, open descriptors, processes."""

    memory_bytes: int
    descriptors: int
    processes: int


def held_below(pid: int) -> Held:
    """Sum over all processes below this one."""
    pids = list(_below(pid))
    return Held(sum(map(_memory_bytes, pids)), sum(map(_descriptors, pids)), len(pids))


def _below(pid: int) -> Iterator[int]:
    parents = {int(name): _parent(name) for name in os.listdir("/proc") if name.isdigit()}
    rising = {pid}
    while rising := {child for child, parent in parents.items() if parent in rising}:
        yield from rising


def _parent(name: str) -> int:
    try:
        return int(Path(f"/proc/{name}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _memory_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0
