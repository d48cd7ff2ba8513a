"""Rows of the datasets that people train on, posted as they are with the verifier `auto`: one file line a shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

LINES = (Path(__file__).parents[1] / "corpus" / "dataset_rows.jsonl").read_text(encoding="utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("row", ROWS, ids=[row["shape"] for row in ROWS])
def test_a_row_tells_a_right_completion_from_a_wrong_one(http: httpx.Client, row: dict[str, Any]) -> None:
    samples = [{**row["sample"], "completion": row[which], "verifier": "auto"} for which in ("right", "wrong")]
    body = http.post("/v1/rewards", json={"samples": samples}).json()
    components = [result["components"][0] for result in body["results"]]
    assert body["rewards"] == [1.0, 0.0], [(part["verdict"], part["detail"]) for part in components]
    assert [part["verifier"] for part in components] == [row["verifier"]] * 2
    assert components[0]["evidence"]["routed_by"]
