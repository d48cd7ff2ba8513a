"""What tests of the command line share: a log of rollouts, and the command as it is typed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from click.testing import Result
from typer.testing import CliRunner

from app.cli import cli
from tests.conftest import ROOT


def rows(count: int) -> list[dict[str, Any]]:
    """Math rollouts in groups of four, of which every other one is right."""
    return [
        {
            "group": f"p{n // 4}",
            "completion": f"<think>so</think>\n<answer>\\boxed{{{n // 2 * 2}}}</answer>",
            "ground_truth": str(n),
            "verifier": "math",
        }
        for n in range(count)
    ]


def write(path: Path, lines: Iterable[Mapping[str, Any] | str]) -> Path:
    path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def environment(**settings: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TRUEGOLD_")}
    return {**clean, "PYTHONPATH": f"{ROOT}:{ROOT / 'client' / 'src'}", **settings}


def run(*arguments: str | Path, stdin: str = "") -> Result:
    """Run a command in this process: starting one anew takes seconds."""
    return CliRunner().invoke(cli, [*map(str, arguments)], input=stdin)
