"""Two replicas under Ray Serve, one of which is killed under load: the client loses no sample."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import ray
import yaml
from ray import serve
from ray.serve.schema import ServeDeploySchema

from deploy.ray.truegold_serve import Cluster, build
from tests.conftest import ROOT, free_port
from truegold import RewardClient

REPLICA = b"ServeReplica:truegold"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    os.environ["TRUEGOLD_RULES"] = str(ROOT / "tests/corpus/rules")
    port = free_port()
    folder = Path("/tmp/truegold-ray")  # Ray's sockets need a short path
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, _temp_dir=str(folder))
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    serve.run(build(Cluster(cores=1, min_replicas=2, max_replicas=2)), name="truegold", route_prefix="/")
    yield f"http://127.0.0.1:{port}"
    serve.delete("truegold")  # lets open requests end; shutdown alone would cut them off
    serve.shutdown()
    ray.shutdown()


def replicas() -> list[int]:
    """Return the processes that are replicas."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{name}/cmdline").read_bytes()
        except OSError:
            continue
        if REPLICA in command:
            found.append(int(name))
    return found


def samples(count: int) -> list[dict[str, Any]]:
    return [
        {"completion": f"work {n}" if n % 2 else f"fine {n}", "ground_truth": "fine", "verifier": "misbehaves"}
        for n in range(count)
    ]


def test_it_serves_the_same_contract(url: str) -> None:
    answer = httpx.post(f"{url}/v1/rewards", json={"samples": samples(2)}, timeout=60)
    assert answer.json()["rewards"] == [1.0, 0.0]
    assert httpx.get(f"{url}/readyz").json()["cores"] == 1


def test_a_stream_passes_through(url: str) -> None:
    headers = {"Accept": "application/x-ndjson"}
    answer = httpx.post(f"{url}/v1/rewards", json={"samples": samples(4)}, headers=headers, timeout=60)
    assert len([line for line in answer.text.splitlines() if line]) == 5


def test_a_replica_that_is_killed_under_load_costs_no_sample(url: str) -> None:
    victims = replicas()
    assert len(victims) == 2
    with RewardClient(url, max_batch=4, retries=8) as client:
        rewards: list[float | None] = []
        step = threading.Thread(target=lambda: rewards.extend(client.score(samples(80)).rewards))
        step.start()
        while step.is_alive() and "truegold_lanes_busy 1.0" not in httpx.get(f"{url}/metrics").text:
            pass
        os.kill(victims[0], signal.SIGKILL)
        step.join()
    assert rewards == [1.0, 0.0] * 40


def test_the_configuration_for_a_cluster_can_be_read() -> None:
    config = ServeDeploySchema.model_validate(yaml.safe_load((ROOT / "deploy/ray/serve.yaml").read_text()))
    (application,) = config.applications
    assert application.import_path == f"{build.__module__}:{build.__name__}"
    assert Cluster.model_validate(application.args).cores == 4
