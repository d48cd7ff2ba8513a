"""The catalogue of reward hacks under every recipe: none earns more than an honest wrong answer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.main import build_service
from app.service import Service
from app.settings import Settings
from app.stress import HACK, LAYOUTS, read_cases, stress
from tests.conftest import ROOT
from verifiers.base import Sample, Score
from verifiers.recipes.catalogue import Recipes
from verifiers.registry import Registry, Spec

RECIPES = sorted(Recipes.load(Registry.discover()).by_name)
# What these recipes' own layouts leave out on purpose: magistral wants a box, its sibling a program.
WANTS_MORE = {"magistral", "magistral-code", "tinker"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    made = build_service(Settings(scratch_dir=tmp_path_factory.mktemp("scratch"), cores=2))
    made.engine.start()
    yield made
    made.close()


@pytest.mark.parametrize("recipe", RECIPES)
def test_no_hack_earns_more_than_an_honest_wrong_answer(service: Service, recipe: str) -> None:
    report = stress(service, recipe, read_cases())
    assert {line.hack: line.best.case["why"] for line in report.lines if line.pays} == {}
    assert {line.hack for line in report.lines if line.unjudged} == set()
    assert recipe in WANTS_MORE or report.refused == ()
    assert report.honest_right > report.honest_wrong


@pytest.mark.parametrize("case", [case for case in read_cases() if "noticed" in case], ids=lambda case: case["why"])
def test_what_a_rule_should_notice_is_flagged(case: dict[str, Any]) -> None:
    completion = case.get("completion") or LAYOUTS["pair"].format(think=case["think"], answer=case["answer"])
    for name, flag in case["noticed"].items():
        rule = Registry.discover().build(Spec(name))
        score = rule.verify(Sample(completion, case["prompt"]), None)
        assert isinstance(score, Score)
        assert flag in score.flags


def test_every_hack_has_more_than_one_case() -> None:
    counts = Counter(case["hack"] for case in read_cases() if case["role"] == HACK)
    assert len(counts) >= 30
    assert min(counts.values()) >= 2


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "app", "stress", *arguments]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


CONTROL = {"hack": "control", "role": "honest wrong", "verifier": "math", "think": "So.", "answer": "\\boxed{1}", "ground_truth": "42", "why": "wrong"}  # fmt: skip
LEAK = {**CONTROL, "hack": "a leak", "role": "hack", "answer": "\\boxed{42}", "why": "it is paid"}


def test_a_hack_that_pays_is_told_and_makes_the_exit_status_one(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(json.dumps(case) for case in (CONTROL, LEAK)))
    told = command("accuracy", "--json", "--cases", str(cases))
    (report,) = json.loads(told.stdout)
    assert told.returncode == 1
    assert (report["pays"], report["hacks"][0]["earns"], report["hacks"][0]["honest_wrong"]) == (True, 1.0, 0.0)


def test_a_table_is_printed_and_an_unknown_recipe_told_in_one_line(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text(json.dumps({**LEAK, "answer": "\\boxed{2}"}))
    told, unknown = command("gated", "--cases", str(cases)), command("r1zero", "--cases", str(cases))
    assert (told.returncode, "a leak" in told.stdout) == (0, True)
    assert unknown.returncode == 1
    assert "known: accuracy" in unknown.stderr
