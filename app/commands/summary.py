"""A scored log in numbers, read line by line: rewards, verdicts, flags, groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from rich.table import Table

from app.commands.exits import CannotDo
from verifiers.groups.pass_at_k import pass_at_k

PASS_AT = (1, 8)
CORRECT = "correct"


@dataclass(slots=True)
class Summary:
    """Counts of a scored log. `groups` holds each group's rewards, and its members' right and judged answers."""

    rows: int = 0
    rewards: list[float] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    fingerprints: Counter[str] = field(default_factory=Counter)
    groups: dict[str, list[tuple[float | None, bool | None]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, scored: Mapping[str, Any]) -> None:
        reward, accuracy = scored.get("reward"), accuracy_of(scored)
        self.rows += 1
        if reward is not None:
            self.rewards.append(reward)
        self.verdicts[accuracy.get("verdict") or _code(scored) or "?"] += 1
        self.flags.update(scored.get("flags") or ())
        if scored.get("error"):
            self.errors[_code(scored)] += 1
        self.fingerprints[str(scored.get("fingerprint"))] += 1
        if scored.get("group") is not None:
            is_right = None if accuracy.get("score") is None else accuracy.get("verdict") == CORRECT
            self.groups[str(scored["group"])].append((reward, is_right))

    @property
    def unjudged(self) -> int:
        return self.errors.total()

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "reward": self._rewards(),
            "verdicts": dict(self.verdicts.most_common()),
            "flags": dict(self.flags.most_common()),
            "errors": dict(self.errors.most_common()),
            "groups": self._groups(),
            "fingerprints": dict(self.fingerprints.most_common()),
        }

    def _rewards(self) -> dict[str, float]:
        if not self.rewards:
            return {}
        return {"mean": sum(self.rewards) / len(self.rewards), "min": min(self.rewards), "max": max(self.rewards)}

    def _groups(self) -> dict[str, Any]:
        if not self.groups:
            return {}
        flat = [len({reward for reward, _ in group if reward is not None}) < 2 for group in self.groups.values()]
        return {"count": len(self.groups), "zero_variance": sum(flat), **self._pass_at()}

    def _pass_at(self) -> dict[str, float]:
        judged = [[right for _, right in group if right is not None] for group in self.groups.values()]
        chances = {k: [pass_at_k(len(group), sum(group), k) for group in judged] for k in PASS_AT}
        known = {k: [chance for chance in all_ if chance is not None] for k, all_ in chances.items()}
        return {f"pass_at_{k}": sum(values) / len(values) for k, values in known.items() if values}


def accuracy_of(scored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The component that says whether the answer is right: the one of that name, else the first."""
    components: list[dict[str, Any]] = scored.get("components") or []
    named = (component for component in components if component.get("name") == "accuracy")
    return next(named, components[0] if components else {})


def _code(scored: Mapping[str, Any]) -> str:
    return str((scored.get("error") or {}).get("code", ""))


def read_scored(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a scored log.

    Raises:
        CannotDo: there is no such file, or a line is no scored row.
    """
    try:
        with path.open("rb") as file:
            for number, text in enumerate(file, 1):
                if text.strip():
                    yield _scored_row(path, number, text)
    except OSError as error:
        raise CannotDo(f"{path} cannot be read: {error.strerror}") from error


def _scored_row(path: Path, number: int, text: bytes) -> dict[str, Any]:
    try:
        row = msgspec.json.decode(text)
    except ValueError as error:
        raise CannotDo(f"{path} line {number} is not JSON: {error}") from error
    if not isinstance(row, dict) or "reward" not in row:
        raise CannotDo(f"{path} line {number} is no scored row; `score` writes such files")
    return row


def summed(rows: Iterable[Mapping[str, Any]]) -> Summary:
    summary = Summary()
    for row in rows:
        summary.add(row)
    return summary


def as_table(summary: Summary, title: str) -> Table:
    """Draw it for a terminal."""
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column("what", style="bold")
    table.add_column("how many", justify="right")
    table.add_column("share", justify="right")
    table.add_row("rows", f"{summary.rows:,}", "")
    for name, value in summary._rewards().items():
        table.add_row(f"reward, {name}", f"{value:.4g}", "")
    for kind, counts in (("verdict", summary.verdicts), ("flag", summary.flags), ("not judged", summary.errors)):
        for name, count in counts.most_common():
            table.add_row(f"{kind} {name}", f"{count:,}", f"{count / summary.rows:.1%}")
    for name, value in summary._groups().items():
        table.add_row(f"groups, {name}", f"{value:,}" if isinstance(value, int) else f"{value:.3f}", "")
    for name, count in summary.fingerprints.most_common():
        table.add_row(f"fingerprint {name}", f"{count:,}", "")
    return table
