"""How the service ends, as told and by force, and what happens to its open requests and its children."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, Service
from truegold import RewardClient

RIGHT = {"completion": "so \\boxed{42}", "ground_truth": "42", "verifier": "math"}
SPIN = {"completion": "spin", "ground_truth": "fine", "verifier": "misbehaves"}
LOOP = {
    "completion": "```python\nwhile True: pass\n```",
    "ground_truth": {"tests": [{"stdin": "", "stdout": ""}]},
    "verifier": "code",
}
SETTINGS = {"TRUEGOLD_CORES": "2", "TRUEGOLD_RULES": str(ROOT / "tests/corpus/rules")}


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Service]]:
    """Services that a test starts end with it."""
    services: list[Service] = []
    yield services
    for service in services:
        service.kill()


def start(started: list[Service], tmp_path: Path, **settings: str) -> Service:
    service = Service(tmp_path, {**SETTINGS, **settings})
    started.append(service)
    service.start()
    return service


def descendants(pid: int) -> dict[int, str]:
    """Return the command line of each process under this one."""
    parents: dict[int, int] = {}
    lines: dict[int, str] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):  # one that is gone by now is nobody's
            stat = Path(f"/proc/{name}/stat").read_bytes()
            lines[int(name)] = Path(f"/proc/{name}/cmdline").read_text()
            parents[int(name)] = int(stat.rpartition(b")")[2].split()[1])
    found: dict[int, str] = {}
    rising = {pid}
    while rising:
        rising = {child for child, parent in parents.items() if parent in rising}
        found |= {child: lines[child] for child in rising}
    return found


def await_busy_lanes(url: str, lanes: int) -> None:
    busy = f"truegold_lanes_busy {lanes}.0"
    end = time.monotonic() + 30
    while busy not in httpx.get(f"{url}/metrics").text:
        assert time.monotonic() < end, "the lanes did not become busy"


def test_a_drain_says_so_at_readyz_while_everything_is_still_served(started: list[Service], tmp_path: Path) -> None:
    service = start(started, tmp_path, TRUEGOLD_DRAIN_S="5")
    with httpx.Client(base_url=service.url, timeout=30) as client:
        service.process.terminate()
        end = time.monotonic() + 4
        while (ready := client.get("/readyz")).status_code == 200:
            assert time.monotonic() < end, "readyz did not change"
        assert (ready.status_code, ready.json()["status"]) == (503, "draining")
    assert httpx.get(f"{service.url}/healthz").status_code == 200  # on a connection of its own
    assert httpx.post(f"{service.url}/v1/rewards", json={"samples": [RIGHT]}).json()["rewards"] == [1.0]
    assert service.process.wait(timeout=30) == 0


def test_what_cannot_end_in_time_is_answered_with_deadline(started: list[Service], tmp_path: Path) -> None:
    service = start(started, tmp_path, TRUEGOLD_STOP_S="6", TRUEGOLD_CACHE_ENTRIES="0")
    spins = [{**SPIN, "completion": f"spin {n}"} for n in range(200)]
    with ThreadPoolExecutor(2) as threads:
        post = lambda path, body: httpx.post(f"{service.url}{path}", json=body, timeout=60)  # noqa: E731 - two uses
        batch = threads.submit(post, "/v1/rewards", {"samples": [RIGHT, *spins]})
        lint = threads.submit(
            post,
            "/v1/lint",
            {
                "samples": [
                    {"completion": "spin", "ground_truth": f"spin {n}", "verifier": "misbehaves"} for n in range(200)
                ]
            },
        )
        await_busy_lanes(service.url, 2)
        service.process.terminate()
        results = batch.result().json()["results"]
        assert len(results) == 201
        assert results[-1]["error"]["code"] == "deadline"
        assert lint.result().status_code == 504
    assert service.process.wait(timeout=30) == 0


def test_a_kill_of_the_service_leaves_no_child_behind(started: list[Service], tmp_path: Path) -> None:
    service = start(started, tmp_path)
    body = {"samples": [LOOP, *({**SPIN, "completion": f"spin {n}"} for n in range(50))]}
    with ThreadPoolExecutor(1) as threads:
        lost = threads.submit(httpx.post, f"{service.url}/v1/rewards", json=body, timeout=60)
        await_busy_lanes(service.url, 2)
        children: dict[int, int] = {}
        for pid in descendants(service.process.pid):
            with contextlib.suppress(ProcessLookupError):  # killed for its CPU time meanwhile
                children[pid] = os.pidfd_open(pid)
        service.kill()
        assert isinstance(lost.exception(), httpx.TransportError)
    assert len(children) >= 4
    poll = select.poll()
    for descriptor in children.values():
        poll.register(descriptor, select.POLLIN)
    alive = set(children.values())
    end = time.monotonic() + 20
    while alive and time.monotonic() < end:
        for descriptor, _ in poll.poll(1000):
            poll.unregister(descriptor)
            alive.discard(descriptor)
    for descriptor in children.values():
        os.close(descriptor)
    assert not alive, "children outlived the service"


def test_killing_each_kind_of_child_under_load_loses_no_sample(started: list[Service], tmp_path: Path) -> None:
    service = start(started, tmp_path, TRUEGOLD_CACHE_ENTRIES="0")
    program = "```python\nimport sys\nstop = 40000\nwhile stop: stop -= 1\nprint({})\n```"
    samples = [
        sample
        for n in range(60)
        for sample in (
            {"completion": f"work {n}" if n % 2 else "fine", "ground_truth": "fine", "verifier": "misbehaves"},
            {
                "completion": program.format(n % 2),
                "ground_truth": {"tests": [{"stdin": "", "stdout": "1"}]},
                "verifier": "code",
            },
        )
    ]
    expected = [1.0, 0.0, 0.0, 1.0] * 30
    with RewardClient(service.url) as client:
        rewards: list[float | None] = []
        step = threading.Thread(target=lambda: rewards.extend(client.score(samples).rewards))
        step.start()
        await_busy_lanes(service.url, 2)
        for pid in sorted(descendants(service.process.pid)):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # its parent took it along
            httpx.get(f"{service.url}/healthz")
        step.join()
    assert rewards == expected
    with httpx.Client(base_url=service.url) as http:
        assert http.get("/readyz").status_code == 200
