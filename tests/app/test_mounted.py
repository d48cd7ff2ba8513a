"""A service with an operator's own folder: its verifiers run in the workers too, and what is wrong stops the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.conftest import ROOT, running_service

HEAVY = '''
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from verifiers.base import Json, Sample, Score, Verdict, register


@register
@dataclass(frozen=True, slots=True)
class Backwards:
    """Score 1 when the completion is the ground truth backwards."""

    name: ClassVar[str] = "backwards"
    heavy: ClassVar[bool] = True
    needs_truth: ClassVar[bool] = True
    truth_forms: ClassVar[tuple[str, ...]] = ("a string",)
    example: ClassVar[Mapping[str, Json]] = {"completion": "ab", "ground_truth": "ba"}

    def verify(self, sample: Sample, truth: Json) -> Score:
        while sample.completion == "loop":
            pass
        is_right = sample.completion == truth[::-1]
        return Score(Verdict.CORRECT, 1.0) if is_right else Score(Verdict.INCORRECT, 0.0)

    def check_truth(self, truth: Json) -> None: ...

    def read(self, sample: Sample) -> str:
        return sample.completion.lower()

    def same(self, a: str, b: str) -> bool:
        return a == b
'''
RECIPE = 'title = "Backwards, twice"\nsource = "ours"\n\n[[components]]\nname = "accuracy"\nverifier = "backwards"\nweight = 2.0\n'


def test_a_mounted_verifier_judges_in_the_workers_and_votes(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "math.py").write_text(HEAVY)  # a file may be named like anything of ours, or of the standard library
    (rules / "twice.toml").write_text(RECIPE)
    samples = [{"completion": text, "ground_truth": "ba"} for text in ("ab", "ba", "loop")]
    with running_service(tmp_path, {"TRUEGOLD_RULES": str(rules), "TRUEGOLD_CORES": "1"}) as url:
        first = httpx.post(f"{url}/v1/rewards", json={"recipe": "twice", "samples": samples}, timeout=60).json()
        votes = httpx.post(f"{url}/v1/vote", json={"completions": ["X", "y", "Y"], "verifier": "backwards"}).json()
        listed = httpx.get(f"{url}/v1/recipes").json()["recipes"]
    assert first["rewards"] == [2.0, 0.0, 0.0]
    assert "verify_timeout" in first["results"][2]["flags"]
    assert (votes["answer"], votes["votes"]) == ("y", 2)
    assert "twice" in {recipe["name"] for recipe in listed}


def test_a_folder_that_cannot_be_used_stops_the_start_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RECIPE.replace("backwards", "math").replace("weight", "wieght"))
    environment = {**os.environ, "TRUEGOLD_RULES": str(tmp_path), "TRUEGOLD_PORT": "0"}
    served = subprocess.run(
        [sys.executable, "-m", "app", "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert served.returncode == 1
    assert served.stderr.startswith(f"error: {tmp_path / 'mine.toml'}, line 7:")
    assert "wieght" in served.stderr
