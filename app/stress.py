"""What known reward hacks earn under a recipe, beside honest wrong answers in the same layout: the stress test.

A case of the catalogue holds an answer and a thought, and is tried in every layout that recipes ask for; or it is one
completion as it stands, compared with wrong answers of the layout it names.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from app.reading import Reader
from app.schemas import RewardsRequest
from app.service import Service
from verifiers.base import Json
from verifiers.engine.batch import Batch

CASES = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "hacks.jsonl"
HACK, WRONG, RIGHT = "hack", "honest wrong", "honest right"
LAYOUTS: Mapping[str, str] = {
    "bare": "{think}\n{answer}",
    "pair": "<think>{think}</think>\n<answer>{answer}</answer>",
    "spaced pair": "<think>{think}</think> <answer>{answer}</answer>",
    "pair on lines": "<think>\n{think}\n</think>\n<answer>\n{answer}\n</answer>",
    "think only": "<think>{think}</think>\n{answer}",
}
CHARS_PER_TOKEN = 4
MAX_TOKENS = 20_480
DEADLINE_S = 600.0
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Trial:
    """One case in one layout, and what it earned; `flags` are what the rules noticed."""

    case: Mapping[str, Json]
    layout: str
    reward: float | None
    flags: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        return str(self.case["role"])

    @property
    def kind(self) -> tuple[str, str]:
        return str(self.case["verifier"]), self.layout


@dataclass(frozen=True, slots=True)
class Line:
    """What one hack earned at its best, beside the honest wrong answers of that layout."""

    hack: str
    cases: int
    best: Trial
    honest_wrong: float
    unjudged: int

    @property
    def pays(self) -> bool:
        return self.best.reward is not None and self.best.reward > self.honest_wrong + TOLERANCE


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of all hacks, and of the honest right answers those that earn no more than wrong ones in any layout."""

    recipe: str
    lines: tuple[Line, ...]
    honest_wrong: float
    honest_right: float
    refused: tuple[str, ...]

    @property
    def pays(self) -> bool:
        return any(line.pays for line in self.lines)


def read_cases(path: Path = CASES) -> list[dict[str, Json]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def stress(service: Service, recipe: str, cases: Sequence[Mapping[str, Json]]) -> Report:
    """Try all cases under a recipe; the service's engine must have been started.

    Raises:
        RequestError: there is no such recipe, or it does not fit a case's verifier.
    """
    samples = [(case, layout, _sample(case, layout)) for case in cases for layout in _layouts(case)]
    request = RewardsRequest([sample for _, _, sample in samples], recipe)
    rollouts = Reader(service.registry, service.recipes, request).read()
    batch = Batch(rollouts)
    asyncio.run(_judge(service, batch))
    results = [result for result in batch.results if result is not None]
    trials = [
        Trial(case, layout, result.reward.value, tuple({flag for score in result.scores for flag in score.flags}))
        for (case, layout, _), result in zip(samples, results, strict=True)
    ]
    return _report(recipe, trials)


async def _judge(service: Service, batch: Batch) -> None:
    await batch.begin(service.engine)
    await batch.finish(service.engine, DEADLINE_S)


def _layouts(case: Mapping[str, Json]) -> Iterable[str]:
    return [str(case["layout"])] if "completion" in case else LAYOUTS


def _sample(case: Mapping[str, Json], layout: str) -> dict[str, Any]:
    text = case.get("completion")
    if text is None:
        text = LAYOUTS[layout].format(think=case["think"], answer=case["answer"])
    given = {
        name: case[name] for name in ("verifier", "ground_truth", "prompt", "options", "truncated") if name in case
    }
    tokens = case.get("completion_tokens", len(text) // CHARS_PER_TOKEN + 1)
    return {**given, "completion": text, "completion_tokens": tokens, "max_tokens": MAX_TOKENS}


def _report(recipe: str, trials: Sequence[Trial]) -> Report:
    wrong: dict[tuple[str, str], float] = {}
    for trial in trials:
        if trial.role == WRONG and trial.reward is not None:
            wrong[trial.kind] = max(trial.reward, wrong.get(trial.kind, trial.reward))
    hacks: dict[str, list[Trial]] = {}
    for trial in trials:
        if trial.role == HACK:
            hacks.setdefault(str(trial.case["hack"]), []).append(trial)
    right = [trial for trial in trials if trial.role == RIGHT]
    return Report(
        recipe,
        tuple(_line(hack, tried, wrong) for hack, tried in hacks.items()),
        max(wrong.values(), default=0.0),
        max((trial.reward for trial in right if trial.reward is not None), default=0.0),
        _refused(right, wrong),
    )


def _line(hack: str, tried: Sequence[Trial], wrong: Mapping[tuple[str, str], float]) -> Line:
    def gain(trial: Trial) -> tuple[float, float]:
        reward = trial.reward if trial.reward is not None else float("-inf")
        return reward - wrong.get(trial.kind, 0.0), reward

    best = max(tried, key=gain)
    cases = len({id(trial.case) for trial in tried})
    unjudged = sum(trial.reward is None for trial in tried)
    return Line(hack, cases, best, wrong.get(best.kind, 0.0), unjudged)


def _refused(right: Sequence[Trial], wrong: Mapping[tuple[str, str], float]) -> tuple[str, ...]:
    """Return the honest right answers that earn more than a wrong one in no layout at all."""
    paid = {
        id(trial.case)
        for trial in right
        if trial.reward is not None and trial.reward > wrong.get(trial.kind, 0.0) + TOLERANCE
    }
    return tuple(dict.fromkeys(str(trial.case["why"]) for trial in right if id(trial.case) not in paid))


# ---------------------------------------------------------------------------------------------------------------- shown


def as_json(report: Report) -> dict[str, Json]:
    return {
        "recipe": report.recipe,
        "pays": report.pays,
        "honest_wrong": report.honest_wrong,
        "honest_right": report.honest_right,
        "refused": list(report.refused),
        "hacks": [
            {
                "hack": line.hack,
                "cases": line.cases,
                "earns": line.best.reward,
                "honest_wrong": line.honest_wrong,
                "pays": line.pays,
                "worst": line.best.case["why"],
                "layout": line.best.layout,
                "unjudged": line.unjudged,
            }
            for line in report.lines
        ],
    }


def as_table(report: Report) -> Table:
    """Draw the report: one row a hack, red where it earns more than an honest wrong answer."""
    title = (
        f"{report.recipe}: honest answers earn {report.honest_right:g} when right, {report.honest_wrong:g} when wrong"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("hack")
    for name in ("cases", "earns", "honest wrong"):
        table.add_column(name, justify="right")
    table.add_column("its best case")
    for line in report.lines:
        earns = "not judged" if line.best.reward is None else f"{line.best.reward:g}"
        note = f"{line.best.case['why']} ({line.best.layout})"
        style = "bold red" if line.pays else "yellow" if line.unjudged else ""
        table.add_row(line.hack, str(line.cases), earns, f"{line.honest_wrong:g}", note, style=style)
    for why in report.refused:
        table.add_row("honest, and not paid", "1", "", "", why, style="yellow")
    return table
