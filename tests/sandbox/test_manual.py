"""docs/sandbox.md names every field, ending, layer and attack, and none that does not exist."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from sandbox.base import Limits, Outcome, Status
from sandbox.isolation import layers
from tests.sandbox import attacks

PAGE = (attacks.ROOT / "docs" / "sandbox.md").read_text()
MANUAL = PAGE.partition("\n# Tests that are code\n")[0]
NAMED = set(re.findall(r"`([a-z_]+)`", MANUAL))


def section(heading: str) -> str:
    return MANUAL.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("kind", [Limits, Outcome])
def test_every_field_is_described(kind: type) -> None:
    assert {each.name for each in fields(kind)} - {"status"} <= NAMED  # which is a table of its own


def test_the_defaults_are_those_of_the_code() -> None:
    limits = Limits()
    assert f"| `blocked_s` | seconds neither running nor waiting for a core, {limits.blocked_s:g} |" in MANUAL
    assert f"| `open_files` | descriptors, {limits.open_files} |" in MANUAL
    assert f"| `threads` | threads, {limits.threads} |" in MANUAL
    assert f"named or not, {limits.scratch_bytes >> 20} MiB" in MANUAL


def test_every_ending_is_described() -> None:
    assert {str(status) for status in Status} <= set(re.findall(r"`([a-z_]+)`", section("Endings")))


def test_every_layer_is_described() -> None:
    assert set(layers.KNOWN) <= set(re.findall(r"`([a-z_]+)`", section("Layers")))


def test_every_attack_that_is_named_exists_and_most_are_named() -> None:
    rows = [line.split("|")[3] for line in section("Layers").splitlines() if line.count("|") == 4]
    named = {name for row in rows for name in re.findall(r"`([a-z_0-9]+)`", row)}
    there = {path.stem for path in attacks.CORPUS.glob("*.py")}
    assert named <= there
    assert len(there - named) <= 5, sorted(there - named)
