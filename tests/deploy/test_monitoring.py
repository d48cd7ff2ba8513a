"""deploy/monitoring, by the real Prometheus that scrapes a real service: no query of the dashboard stays empty."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import yaml

from tests.conftest import Service, free_port
from tests.deploy.conftest import DEPLOY, Start

MONITORING = DEPLOY / "monitoring"
DASHBOARD = json.loads((MONITORING / "grafana/dashboards/truegold.json").read_text())
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
SPIN = {"completion": "spin", "ground_truth": "fine", "verifier": "misbehaves"}


@pytest.fixture
def prometheus(start_service: Start, tmp_path: Path) -> Iterator[tuple[str, Service]]:
    """A running Prometheus with our configuration, but for where the service is found and how often it is asked."""
    service = start_service()
    config = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(MONITORING / "rules.yml")]
    (job,) = config["scrape_configs"]
    del job["dns_sd_configs"]
    job["static_configs"] = [{"targets": [urlsplit(service.url).netloc]}]
    (tmp_path / "key").write_text("gold")
    job["authorization"]["credentials_file"] = str(tmp_path / "key")
    (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config))
    listen = f"127.0.0.1:{free_port()}"
    command = ["prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/data"]
    with (tmp_path / "prometheus.log").open("wb") as log:
        process = subprocess.Popen([*command, f"--web.listen-address={listen}"], stdout=log, stderr=log)
    yield f"http://{listen}", service
    process.terminate()
    process.wait()


def make_traffic(service: Service, number: int) -> None:
    """Post a batch with groups, nulls, and a worker that is killed."""
    group = [
        {
            "completion": f"\\boxed{{{n % 2}}}",
            "ground_truth": str(number % 2),
            "verifier": "math",
            "group": f"g{number}",
        }
        for n in range(4)
    ]
    body = {"recipe": "accuracy", "samples": [*group, {**SPIN, "completion": f"spin {number}"}, "unread"]}
    assert httpx.post(f"{service.url}/v1/rewards", json=body, timeout=60).status_code == 200


def series(url: str, query: str) -> list[dict[str, object]]:
    try:
        answer = httpx.get(f"{url}/api/v1/query", params={"query": query.replace("$__rate_interval", "1m")}).json()
    except httpx.TransportError:
        return []  # not up yet
    assert answer["status"] == "success", answer
    found: list[dict[str, object]] = answer["data"]["result"]
    return found


def test_every_query_of_the_dashboard_finds_a_series(prometheus: tuple[str, Service]) -> None:
    url, service = prometheus
    empty, end, number = list(QUERIES), time.monotonic() + 90, 0
    while empty and time.monotonic() < end:
        make_traffic(service, number := number + 1)
        empty = [query for query in empty if not series(url, query)]
    assert not empty
    rules = httpx.get(f"{url}/api/v1/rules").json()["data"]["groups"][0]["rules"]
    assert {rule["health"] for rule in rules} <= {"ok", "unknown"}
    assert [rule["name"] for rule in rules if rule["name"] == "truegold:reward_mean"]


@pytest.mark.parametrize("command", [("config", "--syntax-only", "prometheus.yml"), ("rules", "rules.yml")])
def test_promtool_finds_no_fault(command: tuple[str, ...]) -> None:
    *how, name = command
    subprocess.run(["promtool", "check", *how, str(MONITORING / name)], check=True)


def test_panels_ask_the_source_that_is_provisioned() -> None:
    provisioned = yaml.safe_load((MONITORING / "grafana/provisioning/datasources/prometheus.yml").read_text())
    (source,) = provisioned["datasources"]
    asked = {panel["datasource"]["uid"] for panel in DASHBOARD["panels"] if "targets" in panel}
    assert asked == {source["uid"]}
