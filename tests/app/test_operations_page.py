"""docs/operations.md and docs/settings.md name every figure and setting, and none that does not exist."""

from __future__ import annotations

import re

import httpx
from prometheus_client.parser import text_string_to_metric_families

from app.settings import Settings
from tests.conftest import ROOT

PAGE = (ROOT / "docs/operations.md").read_text()


def first_cells(heading: str) -> set[str]:
    """Return what stands in backquotes in the first column of a section's table."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    return {name for row in rows[2:] for name in re.findall(r"`(\w+)`", row)}


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
    assert [name.lower() for name in listed] == list(Settings.model_fields)


def test_every_figure_is_described(http: httpx.Client) -> None:
    families = text_string_to_metric_families(http.get("/metrics").text)
    ours = {
        family.name.removeprefix("truegold_") + ("_total" if family.type == "counter" else "")
        for family in families
        if family.name.startswith("truegold_")
    }
    assert first_cells("Metrics") == ours
