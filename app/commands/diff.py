"""`diff`: two scorings of one log. Which rewards and verdicts differ, grouped by what made them differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from app.commands.exits import CannotDo, Exit
from app.commands.options import AsJson, console, in_plain_words, print_json
from app.commands.summary import read_scored

Scored = Mapping[str, Any]
EXAMPLES = 5
CAUSE_CHARS = 60
NUMBER = re.compile(r"\d+")
File = Annotated[Path, typer.Argument(help="a file that `score` wrote", show_default=False)]


@dataclass(slots=True)
class Cause:
    """What made rows differ: how many, by how much in all, and the first of them."""

    rows: int = 0
    change: float | None = None  # where both rewards are numbers
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, before: Scored, after: Scored) -> None:
        self.rows += 1
        if before["reward"] is not None and after["reward"] is not None:
            self.change = (self.change or 0.0) + after["reward"] - before["reward"]
        if len(self.examples) < EXAMPLES:
            rewards = {"a": before["reward"], "b": after["reward"]}
            self.examples.append({"line": before.get("line"), "id": before.get("id"), **rewards})


@dataclass(slots=True)
class Difference:
    """Two scorings side by side. `only_a` and `only_b` count rows that the other lacks."""

    same: int = 0
    only_a: int = 0
    only_b: int = 0
    causes: dict[str, Cause] = field(default_factory=dict)
    fingerprints: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))

    @property
    def is_empty(self) -> bool:
        return not (self.causes or self.only_a or self.only_b)

    def by_size(self) -> list[tuple[str, Cause]]:
        return sorted(self.causes.items(), key=lambda item: -item[1].rows)


@in_plain_words
def diff_command(a: File, b: File, as_json: AsJson = False) -> Exit:
    """Compare two scorings of one log: which verdicts flipped, grouped by cause. Exit status 0 when none did.

    Example: python -m app diff before.scored.jsonl after.scored.jsonl
    """
    found = compare(a, b)
    if as_json:
        print_json(_as_json(found, a, b))
    else:
        console().print(_table(found, a, b))
    return Exit.DONE if found.is_empty else Exit.FOUND


def compare(a: Path, b: Path) -> Difference:
    """Set the rows of two scorings side by side.

    Raises:
        CannotDo: a file is no scoring, or the two are of different logs.
    """
    found = Difference()
    before = {_key(row): row for row in read_scored(a)}
    found.fingerprints[0].update(_fingerprint(row) for row in before.values())
    for after in read_scored(b):
        found.fingerprints[1][_fingerprint(after)] += 1
        _set_beside(found, before.pop(_key(after), None), after)
    found.only_a = len(before)
    return found


def _set_beside(found: Difference, before: Scored | None, after: Scored) -> None:
    if before is None:
        found.only_b += 1
        return
    if before.get("row") != after.get("row"):
        raise CannotDo(f"these are scorings of two different logs: they differ at line {after.get('line')}")
    causes = "; ".join(_causes(before, after))
    if not causes:
        found.same += 1
        return
    found.causes.setdefault(causes, Cause()).add(before, after)


def _key(row: Scored) -> str:
    return f"line {row['line']}" if "line" in row else f"id {row.get('id')}"


def _fingerprint(row: Scored) -> str:
    return str(row.get("fingerprint"))


def _causes(before: Scored, after: Scored) -> Iterator[str]:
    """Say what differs, component by component; nothing where reward and verdicts are the same."""
    ours, theirs = _components(before), _components(after)
    for name in dict.fromkeys((*ours, *theirs)):
        yield from _cause(name, ours.get(name), theirs.get(name), same_reward=before["reward"] == after["reward"])
    same = all(_said(ours[name]) == _said(theirs[name]) for name in ours if name in theirs) and set(ours) == set(theirs)
    if same and before["reward"] != after["reward"]:
        verdicts = ", ".join(f"{name} {part['verdict']}" for name, part in ours.items())
        yield f"same scores ({verdicts}), combined in another way"


def _cause(name: str, ours: Scored | None, theirs: Scored | None, same_reward: bool) -> Iterator[str]:
    if ours is None or theirs is None:
        # Another recipe has other terms: a cause only where it moves the reward.
        there = ours or theirs or {}
        if not same_reward:
            yield f"{name} only in {'b' if ours is None else 'a'}: {there['verdict']}"
    elif _said(ours) != _said(theirs):
        yield f"{name}: {_worded(ours)} -> {_worded(theirs)}"


def _components(row: Scored) -> dict[str, Scored]:
    return {part["name"]: part for part in row["components"] if part["verdict"] != "not_applicable"}


def _said(part: Scored) -> tuple[Any, ...]:
    return part["verdict"], part["score"]


def _worded(part: Scored) -> str:
    """The verdict and its reason, without the numbers that differ from row to row."""
    detail = NUMBER.sub("N", part.get("detail") or "")[:CAUSE_CHARS]
    return f"{part['verdict']} ({detail})" if detail else str(part["verdict"])


def _as_json(found: Difference, a: Path, b: Path) -> dict[str, Any]:
    return {
        "a": {"file": str(a), "fingerprints": dict(found.fingerprints[0])},
        "b": {"file": str(b), "fingerprints": dict(found.fingerprints[1])},
        "same": found.same,
        "differ": sum(cause.rows for cause in found.causes.values()),
        "only_a": found.only_a,
        "only_b": found.only_b,
        "causes": [
            {"cause": words, "rows": cause.rows, "change": cause.change, "examples": cause.examples}
            for words, cause in found.by_size()
        ],
    }


def _table(found: Difference, a: Path, b: Path) -> Table:
    differ = sum(cause.rows for cause in found.causes.values())
    named = [f"{path}: {', '.join(prints)}" for path, prints in zip((a, b), found.fingerprints, strict=True)]
    counts = (
        f"{differ:,} rows differ, {found.same:,} are the same; only in a {found.only_a:,}, only in b {found.only_b:,}"
    )
    table = Table("cause", title=escape("\n".join([f"a  {named[0]}", f"b  {named[1]}", counts])), title_justify="left")
    for name in ("rows", "reward", "lines"):
        table.add_column(name, justify="right")
    for words, cause in found.by_size():
        change = "null" if cause.change is None else f"{cause.change:+g}"
        lines = ", ".join(str(example["line"] or example["id"]) for example in cause.examples)
        table.add_row(escape(words), f"{cause.rows:,}", change, escape(lines))
    return table
