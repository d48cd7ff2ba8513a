"""The OpenAPI document held against the running service: requests made from it get what it says, and never a 500."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs/openapi.json").read_text())
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
CONFIG = Path(__file__).with_name("schemathesis.toml")
HOW = ("--phases", "examples,coverage,fuzzing", "--checks", "all", "--no-color")


def test_no_request_made_from_the_document_gets_what_it_does_not_say(
    service_url: str, how_many: tuple[str, ...], tmp_path: Path
) -> None:
    command = [str(SCHEMATHESIS), "--config-file", str(CONFIG), "run", f"{service_url}/openapi.json", *HOW, *how_many]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-6000:]


OPERATIONS = [(path, operation) for path, methods in DOCUMENT["paths"].items() for operation in methods.values()]
WITH_BODIES = [(path, operation) for path, operation in OPERATIONS if "requestBody" in operation]


@pytest.mark.parametrize(("path", "operation"), OPERATIONS)
def test_what_a_path_holds_in_braces_is_described(path: str, operation: dict[str, Any]) -> None:
    described = {parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "path"}
    assert described == {part[1:-1] for part in path.split("/") if part.startswith("{")}


@pytest.mark.parametrize(("path", "operation"), WITH_BODIES)
def test_a_refusal_of_a_body_is_described_in_our_own_form(path: str, operation: dict[str, Any]) -> None:
    assert list(operation["responses"]["422"]["content"]) == ["application/problem+json"]
