"""What the log holds of a request, what it never holds, and the audit file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT, Service

SECRET = "the-policy-said-this"
TRUTH = "777001"
SAMPLE = {"id": "s1", "completion": f"{SECRET} \\boxed{{{TRUTH}}}", "ground_truth": TRUTH, "verifier": "math"}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    settings = {
        "TRUEGOLD_CORES": "1",
        "TRUEGOLD_HOST": "0.0.0.0",
        "TRUEGOLD_LOG_LEVEL": "debug",
        "TRUEGOLD_RULES": str(ROOT / "tests/corpus/rules"),
        "TRUEGOLD_AUDIT_FILE": str(tmp_path / "audit.jsonl"),
        "TRUEGOLD_AUDIT_SHARE": "1",
    }
    service = Service(tmp_path, settings)
    service.start()
    yield service
    service.stop()


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


def test_each_request_is_one_line_with_its_id_and_nothing_of_its_content(service: Service) -> None:
    body = {"samples": [SAMPLE, {**SAMPLE, "ground_truth": "\\frac{1}{"}]}
    httpx.post(f"{service.url}/v1/rewards", json=body, headers={"X-Request-Id": "r-17"})
    service.stop()
    (line,) = [line for line in lines(service.log) if line["logger"] == "truegold.access" and line["samples"]]
    assert line["ms"] > 0
    told = {name: line[name] for name in ("request_id", "method", "path", "status", "samples", "nulls", "level")}
    assert told == {
        "request_id": "r-17",
        "method": "POST",
        "path": "/v1/rewards",
        "status": 200,
        "samples": 2,
        "nulls": 1,
        "level": "info",
    }
    assert SECRET not in service.log.read_text()
    assert TRUTH not in service.log.read_text()


def test_a_service_that_anybody_may_reach_says_so(service: Service) -> None:
    assert any("TRUEGOLD_API_KEYS" in line["event"] for line in lines(service.log) if line["level"] == "warning")


def test_a_line_that_a_lane_writes_carries_the_id_of_its_request(service: Service) -> None:
    body = {"samples": [{"completion": "spin", "ground_truth": "fine", "verifier": "misbehaves"}]}
    httpx.post(f"{service.url}/v1/rewards", json=body, headers={"X-Request-Id": "r-18"}, timeout=30)
    service.stop()
    from_lanes = [line for line in lines(service.log) if line["logger"] == "truegold.lanes"]
    assert from_lanes
    assert all(line["request_id"] == "r-18" for line in from_lanes)


def test_the_audit_file_holds_what_a_reviewer_needs(service: Service, tmp_path: Path) -> None:
    httpx.post(f"{service.url}/v1/rewards", json={"samples": [SAMPLE]}, headers={"X-Request-Id": "r-19"})
    service.stop()
    (line,) = lines(tmp_path / "audit.jsonl")
    assert (line["request_id"], line["id"], line["reward"]) == ("r-19", "s1", 1.0)
    assert (line["completion"], line["ground_truth"]) == (SAMPLE["completion"], TRUTH)
    assert line["scores"][0]["verdict"] == "correct"


def test_a_full_disk_costs_the_audit_and_no_reward(tmp_path: Path) -> None:
    service = Service(
        tmp_path, {"TRUEGOLD_CORES": "1", "TRUEGOLD_AUDIT_FILE": "/dev/full", "TRUEGOLD_AUDIT_SHARE": "1"}
    )
    service.start()
    try:
        assert httpx.post(f"{service.url}/v1/rewards", json={"samples": [SAMPLE]}).json()["rewards"] == [1.0]
    finally:
        service.stop()
    assert any("No space left" in line["event"] for line in lines(service.log))
