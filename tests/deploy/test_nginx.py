"""deploy/nginx.conf, by the real nginx in front of two real services."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import Service, free_port
from tests.deploy.conftest import DEPLOY, Start
from truegold import RewardClient

ONE_NAME = "server replica:8000 max_fails=1 fail_timeout=2s;"


@dataclass(frozen=True)
class Front:
    """nginx's address, and the services behind it."""

    url: str
    replicas: tuple[Service, Service]


@pytest.fixture
def front(start_service: Start, tmp_path: Path) -> Iterator[Front]:
    replicas = start_service(), start_service()
    port = free_port()
    text = (DEPLOY / "nginx.conf").read_text()
    assert text.count(ONE_NAME) == 1
    servers = [ONE_NAME.replace("replica:8000", urlsplit(replica.url).netloc) for replica in replicas]
    text = text.replace(ONE_NAME, "\n".join(servers)).replace("listen 8000", f"listen 127.0.0.1:{port}")
    config = tmp_path / "nginx.conf"
    config.write_text(text.replace("/tmp/", f"{tmp_path}/"))
    process = subprocess.Popen(["nginx", "-c", str(config), "-g", "daemon off; user root;"])
    url = f"http://127.0.0.1:{port}"
    await_answer(url, process)
    yield Front(url, replicas)
    process.terminate()
    process.wait()


def await_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert process.poll() is None, "nginx ended"
        try:
            httpx.get(f"{url}/healthz")
        except httpx.TransportError:
            continue
        return
    raise AssertionError("nginx does not answer")


def sample(number: int) -> dict[str, str]:
    return {"completion": f"\\boxed{{{number}}}", "ground_truth": str(number - number % 2), "verifier": "math"}


def test_requests_go_to_both_replicas_and_keep_their_id(front: Front) -> None:
    with httpx.Client(base_url=front.url) as client:
        answers = [
            client.post("/v1/rewards", json={"samples": [sample(n)]}, headers={"X-Request-Id": f"r-{n}"})
            for n in range(20)
        ]
    assert [answer.json()["rewards"] for answer in answers] == [[1.0], [0.0]] * 10
    assert [answer.headers["x-request-id"] for answer in answers] == [f"r-{n}" for n in range(20)]
    counts = [
        httpx.get(f"{replica.url}/metrics").text.count('truegold_samples_total{recipe="accuracy"}')
        for replica in front.replicas
    ]
    assert counts == [1, 1]


def test_a_stream_arrives_line_by_line(front: Front) -> None:
    spins = [{"completion": f"spin {n}", "ground_truth": "fine", "verifier": "misbehaves"} for n in range(4)]
    body = {"samples": [{**spins[0], "completion": "fine"}, *spins]}
    headers = {"Accept": "application/x-ndjson"}
    with httpx.stream("POST", f"{front.url}/v1/rewards", json=body, headers=headers, timeout=60) as answer:
        lines = answer.iter_lines()
        assert '"index":0' in next(lines)
        is_open = [
            "truegold_requests_open 2.0" in httpx.get(f"{replica.url}/metrics").text for replica in front.replicas
        ]
        assert any(is_open), "the first line came only when all were done"
        assert sum(1 for line in lines if line) == 5


def test_a_killed_replica_costs_no_request_that_had_not_begun(front: Front) -> None:
    front.replicas[0].kill()
    with httpx.Client(base_url=front.url) as client:
        statuses = {client.post("/v1/rewards", json={"samples": [sample(n)]}).status_code for n in range(40)}
    assert statuses == {200}


def test_a_replica_that_dies_in_mid_step_costs_the_client_no_sample(front: Front) -> None:
    samples = [
        {"completion": f"work {n}" if n % 2 else f"fine {n}", "ground_truth": "fine", "verifier": "misbehaves"}
        for n in range(40)
    ]
    with RewardClient(front.url, max_batch=4) as client:
        rewards: list[float | None] = []
        step = threading.Thread(target=lambda: rewards.extend(client.score(samples).rewards))
        step.start()
        while "truegold_lanes_busy 1.0" not in httpx.get(f"{front.replicas[0].url}/metrics").text:
            pass
        front.replicas[0].kill()
        step.join()
    assert rewards == [1.0, 0.0] * 20


def test_refusals_of_the_proxy_have_the_form_of_ours(front: Front) -> None:
    large = httpx.post(f"{front.url}/v1/rewards", content=b" " * (65 * 2**20))
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
    for replica in front.replicas:
        replica.kill()
    gone = httpx.post(f"{front.url}/v1/rewards", json={"samples": []})
    assert (gone.status_code, gone.json()["status"]) == (502, 502)


def test_metrics_are_not_served_through_the_proxy(front: Front) -> None:
    assert httpx.get(f"{front.url}/metrics").status_code == 404
