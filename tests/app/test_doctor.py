"""`doctor` names what is there and what is not, and what to change."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from app.commands.doctor import Finding, State, examine
from app.settings import Settings
from tests.conftest import ROOT


def found(settings: Settings) -> dict[str, Finding]:
    return {finding.what: finding for finding in examine(settings)}


def test_layers_timing_and_languages_are_told(tmp_path: Path) -> None:
    findings = found(Settings(scratch_dir=tmp_path, cores=1))
    assert findings["layer seccomp"] == Finding("layer seccomp", State.FINE, "in force")
    assert findings["probe"].state is State.FINE
    assert "times the CPU time" in findings["timing, alone"].found
    assert findings["language python"].found == sys.version.split()[0]
    assert all(finding.advice for finding in findings.values() if finding.state is not State.FINE)


def test_a_required_layer_that_is_no_layer_is_told(tmp_path: Path) -> None:
    findings = found(Settings(scratch_dir=tmp_path, sandbox_require=("moat",)))
    assert findings["sandbox"].state is State.BROKEN
    assert "no isolation layer 'moat'" in findings["sandbox"].found


def test_the_command_speaks_json() -> None:
    ran = subprocess.run([sys.executable, "-m", "app", "doctor", "--json"], cwd=ROOT, capture_output=True, check=True)
    assert {"what", "state", "found", "advice"} == set(json.loads(ran.stdout)[0])
