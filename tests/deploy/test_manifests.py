"""deploy/kubernetes against the API's schemas, and the environments in deploy/ and the compose file against our settings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT
from tests.deploy.conftest import DEPLOY, OWN_PYTHON

MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
READS = "from app.settings import read_settings; read_settings()"


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_a_manifest_fits_the_schema_strictly(path: Path) -> None:
    validate = Path(sys.executable).with_name("kubernetes-validate")
    subprocess.run([str(validate), "--strict", str(path)], check=True)


def reads_its_settings(environment: dict[str, str]) -> bool:
    run = subprocess.run([str(OWN_PYTHON), "-c", READS], cwd=ROOT, env=environment, capture_output=True, check=False)
    return run.returncode == 0


def test_the_pods_environment_is_one_that_the_service_takes() -> None:
    pod = yaml.safe_load((DEPLOY / "kubernetes/deployment.yaml").read_text())["spec"]["template"]["spec"]
    own = {variable["name"]: variable["value"] for variable in pod["containers"][0]["env"] if "value" in variable}
    assert reads_its_settings(own)
    assert not reads_its_settings({**own, "TRUEGOLD_SERVICE_HOST": "10.0.0.1"})  # hence:
    assert pod["enableServiceLinks"] is False
    stop_s = float(own["TRUEGOLD_DRAIN_S"]) + float(own["TRUEGOLD_STOP_S"])
    assert stop_s < pod["terminationGracePeriodSeconds"]


@pytest.mark.parametrize("name", ["truegold", "replica"])
def test_a_composed_container_is_given_the_time_it_takes_to_stop(name: str) -> None:
    composed: Any = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    service = composed["services"][name]
    own = {variable: str(value) for variable, value in service["environment"].items() if "$" not in str(value)}
    assert reads_its_settings(own)
    stop_s = float(own.get("TRUEGOLD_DRAIN_S", 0)) + float(own["TRUEGOLD_STOP_S"])
    assert stop_s < float(service["stop_grace_period"].rstrip("s"))
