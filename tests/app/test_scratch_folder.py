"""What /readyz says, and what is still judged, where the machine gives no folder to write in, no room, or no /dev/shm.

The machine is changed for the service alone, in a mount namespace of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, free_port

RUN = {"completion": "print(1)", "ground_truth": {"tests": [{"stdin": "", "stdout": "1\n"}]}, "verifier": "code"}
SUM = {"completion": "\\boxed{2}", "ground_truth": "2", "verifier": "math"}
UNSHARE = ("unshare", "--mount") if os.getuid() == 0 else ("unshare", "--mount", "--map-root-user")
Start = Callable[[str], httpx.Client]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Run a command before the service, in its namespace; return a client once the service has made up its mind."""
    if subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", str(tmp_path)], check=False).returncode != 0:
        pytest.skip("nothing may be mounted here, not even in a namespace")
    url = f"http://127.0.0.1:{(port := free_port())}"
    environment = {
        "PATH": os.environ["PATH"],
        "FOLDER": str(tmp_path),
        "TRUEGOLD_PORT": str(port),
        "TRUEGOLD_CORES": "1",
        "TRUEGOLD_SCRATCH_DIR": str(tmp_path),
    }
    started: list[subprocess.Popen[bytes]] = []
    client = httpx.Client(base_url=url, timeout=30)

    def start(before: str) -> httpx.Client:
        command = [*UNSHARE, "sh", "-ec", f'{before}; exec "$@"', "sh", sys.executable, "-m", "app", "serve"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            assert started[0].poll() is None, "the service has ended"
            try:
                if client.get("/readyz").json()["status"] != "warming":
                    return client
            except httpx.TransportError:
                continue
        raise AssertionError("the service does not make up its mind")

    yield start
    client.close()
    for process in started:
        process.terminate()
        process.wait()


def test_a_folder_that_cannot_be_written_is_named_and_mathematics_is_served(start: Start, tmp_path: Path) -> None:
    client = start('mount -t tmpfs -o ro none "$FOLDER"')
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "broken")
    assert f"{tmp_path} cannot be written: Read-only file system" in ready.json()["sandbox_problem"]
    answer = client.post("/v1/rewards", json={"samples": [RUN, SUM]}).json()
    assert answer["rewards"] == [None, 1.0]
    assert answer["results"][0]["error"]["code"] == "unavailable"


def test_a_full_disk_is_named_and_nobody_gets_0_for_it(start: Start, tmp_path: Path) -> None:
    client = start(
        'mount -t tmpfs -o size=64k,mode=1777 none "$FOLDER" && head -c 64k /dev/zero > "$FOLDER/full" || true'
    )
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "broken")
    assert f"the disk of {tmp_path} is full" in ready.json()["sandbox_problem"]
    answer = client.post("/v1/rewards", json={"samples": [RUN, SUM]}).json()
    assert answer["rewards"] == [None, 1.0]
    assert answer["results"][0]["error"]["code"] == "internal_error"


def test_without_shared_memory_everything_is_judged(start: Start) -> None:
    client = start("mount -t tmpfs -o ro none /dev/shm")
    assert client.get("/readyz").status_code == 200
    wrong = {**RUN, "completion": "print(2)"}
    assert client.post("/v1/rewards", json={"samples": [RUN, wrong, SUM]}).json()["rewards"] == [1.0, 0.0, 1.0]
