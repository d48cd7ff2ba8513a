"""`python -m bench.votes FILE`: majority vote and pass@k of groups with many samples, beside numpy's own figures.

numpy's side never asks the service: its votes count strings that a few patterns read off the completions, its pass@k is
the product form of the estimator over the labels in the file. Needs numpy, which the service does not.
"""

from __future__ import annotations

import argparse
import json
import re
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.process import serving
from bench.report import markdown
from bench.rows import Row, sample_of

DRAWS = 2_000
SEED = 7
WIDTH, HEIGHT, MARGIN = 640, 400, 56
COLOURS = {"pass@k": "#3b7dd8", "cons@k": "#c2452d", "pass@1": "#777777"}

_BOX = re.compile(r"\\boxed\s*\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}")
_LINE = re.compile(r"^\s*A:\s*(.+?)\s*$", re.MULTILINE)
_NOISE = re.compile(r"\\[!,; ]|\\left|\\right|\\displaystyle|[\s$]|(?<=\d),(?=\d{3})|\.$")


@dataclass(frozen=True, slots=True)
class Group:
    """One problem: its rows, and what the service says of them together."""

    rows: tuple[Row, ...]
    said: Mapping[str, Any]
    classes: tuple[tuple[int, ...], ...]

    @property
    def labels(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.array([bool(row["label"]) for row in self.rows])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.votes", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", help="JSON Lines, each row with group, completion and label")
    parser.add_argument("--picture", type=Path, help="draw pass@1, pass@k and cons@k of the first file as SVG")
    arguments = parser.parse_args()
    lines = []
    with serving("app.main:create_app", "/readyz") as url:
        for place, path in enumerate(arguments.files):
            groups = _groups(url, path)
            lines += _lines(path.stem, groups)
            if arguments.picture and place == 0:
                arguments.picture.write_text(_picture(path.stem, groups), encoding="utf-8")
    print(markdown(("set", "groups", "figure", "service", "numpy", "groups that differ"), lines))


# --------------------------------------------------------------------------------------------------- the service's side


def _groups(url: str, path: Path) -> list[Group]:
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    members: dict[str, list[Row]] = {}
    for row in rows:
        members.setdefault(str(row["group"]), []).append(row)
    most = max(map(len, members.values()))
    asked = {"samples": [sample_of(row) for row in rows], "groups": {"vote": True, "pass_at": list(range(1, most + 1))}}
    said = {line["group"]: line for line in _post(f"{url}/v1/rewards", asked)["groups"]}
    return [Group(tuple(group), said[name], _classes(url, group)) for name, group in members.items()]


def _classes(url: str, rows: Sequence[Row]) -> tuple[tuple[int, ...], ...]:
    completions = [row["completion"] for row in rows]
    asked = {"completions": completions, "verifier": rows[0]["verifier"], "options": rows[0].get("options") or {}}
    return tuple(tuple(answers["members"]) for answers in _post(f"{url}/v1/vote", asked)["classes"])


def _post(url: str, body: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=900) as answer:
        return json.load(answer)


# --------------------------------------------------------------------------------------------------------- numpy's side


def _pass_at_k(labels: np.ndarray[Any, Any], k: int) -> float:
    """1 - prod(1 - k / i) for i from n - c + 1 to n: the numerically stable form of the estimator."""
    n, c = len(labels), int(labels.sum())
    return 1.0 if n - c < k else float(1.0 - np.prod(1.0 - k / np.arange(n - c + 1, n + 1)))


def _answer(completion: str) -> str:
    found = _BOX.findall(completion) or _LINE.findall(completion)
    return _NOISE.sub("", found[-1]).replace("dfrac", "frac").replace("tfrac", "frac") if found else ""


def _majority(answers: np.ndarray[Any, Any]) -> int | None:
    """Return who first gave the most frequent answer; ties go to the first seen, the empty string is no answer."""
    values, first, counts = np.unique(answers, return_index=True, return_counts=True)
    held = values != ""
    if not held.any():
        return None
    order = np.lexsort((first[held], -counts[held]))
    return int(first[held][order[0]])


# -------------------------------------------------------------------------------------------------------------- figures


def _lines(name: str, groups: Sequence[Group]) -> list[list[str]]:
    lines = [_pass_line(name, groups, k) for k in (1, 2, 4, 8) if any(len(group.rows) >= k for group in groups)]
    ours = [bool(group.said["vote"]["correct"]) for group in groups]
    theirs = []
    for group in groups:
        winner = _majority(np.array([_answer(row["completion"]) for row in group.rows]))
        theirs.append(winner is not None and bool(group.labels[winner]))
    differ = sum(a != b for a, b in zip(ours, theirs, strict=True))
    return [*lines, [name, str(len(groups)), "cons@n", f"{np.mean(ours):.4f}", f"{np.mean(theirs):.4f}", str(differ)]]


def _pass_line(name: str, groups: Sequence[Group], k: int) -> list[str]:
    large = [group for group in groups if len(group.rows) >= k]
    ours = np.array([group.said["pass_at"][str(k)] for group in large])
    theirs = np.array([_pass_at_k(group.labels, k) for group in large])
    differ = int((np.abs(ours - theirs) > 1e-9).sum())
    return [name, str(len(large)), f"pass@{k}", f"{ours.mean():.4f}", f"{theirs.mean():.4f}", str(differ)]


def _cons_at_k(group: Group, k: int, random: np.random.Generator) -> float:
    """The share of random draws of k samples whose majority is right; classes are those of the whole group."""
    n = len(group.rows)
    owner = np.full(n, -1)
    for place, members in enumerate(group.classes):
        owner[list(members)] = place
    right = 0
    for _ in range(DRAWS // n):
        drawn = random.permutation(n)[:k]
        votes = owner[drawn]
        if (votes >= 0).any():
            counts = np.bincount(votes[votes >= 0], minlength=len(group.classes))
            winner = next(vote for vote in votes if vote >= 0 and counts[vote] == counts.max())
            right += bool(group.labels[group.classes[winner][0]])
    return right / (DRAWS // n)


# -------------------------------------------------------------------------------------------------------------- picture


def _picture(name: str, groups: Sequence[Group]) -> str:
    """Draw pass@1, pass@k and cons@k over k, as SVG of a few lines."""
    random = np.random.default_rng(SEED)
    most = min(len(group.rows) for group in groups)
    ks = list(range(1, most + 1))
    one = float(np.mean([group.labels.mean() for group in groups]))
    curves = {
        "pass@k": [float(np.mean([_pass_at_k(group.labels, k) for group in groups])) for k in ks],
        "cons@k": [float(np.mean([_cons_at_k(group, k, random) for group in groups])) for k in ks],
        "pass@1": [one] * most,
    }
    top = max(max(curve) for curve in curves.values()) * 1.1
    body = [_axes(ks, top), *(_curve(label, ks, curve, top) for label, curve in curves.items())]
    title = (
        f'<text x="{MARGIN}" y="24" font-size="15">{name}: {len(groups)} problems, {most} samples each or more</text>'
    )
    size = f'width="{WIDTH}" height="{HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12">'
    white = f'<rect {size} fill="white"/>'
    return "\n".join([head, white, title, *body, "</svg>"]) + "\n"


def _at(k: float, value: float, last: int, top: float) -> tuple[float, float]:
    x = MARGIN + (k - 1) / max(1, last - 1) * (WIDTH - 3 * MARGIN)
    return round(x, 1), round(HEIGHT - MARGIN - value / top * (HEIGHT - 2 * MARGIN), 1)


def _axes(ks: Sequence[int], top: float) -> str:
    marks = []
    for k in ks:
        x, y = _at(k, 0, ks[-1], top)
        marks.append(f'<text x="{x}" y="{y + 18}" text-anchor="middle">{k}</text>')
    for step in range(6):
        x, y = _at(1, top * step / 5, ks[-1], top)
        marks.append(f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{top * step / 5:.2f}</text>')
        marks.append(f'<line x1="{x}" y1="{y}" x2="{WIDTH - 2 * MARGIN}" y2="{y}" stroke="#ddd"/>')
    return "\n".join(marks)


def _curve(label: str, ks: Sequence[int], values: Sequence[float], top: float) -> str:
    points = [_at(k, value, ks[-1], top) for k, value in zip(ks, values, strict=True)]
    path = " ".join(f"{x},{y}" for x, y in points)
    x, y = points[-1]
    line = f'<polyline points="{path}" fill="none" stroke="{COLOURS[label]}" stroke-width="2"/>'
    return f'{line}\n<text x="{x + 8}" y="{y + 4}" fill="{COLOURS[label]}">{label} {values[-1]:.2f}</text>'


if __name__ == "__main__":
    main()
