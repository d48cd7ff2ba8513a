"""What tests share: one real service for the whole run, on a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

try:
    from hypothesis import settings as property_tests
except ImportError:  # the environments of the heavy targets have none
    pass
else:
    # A busy machine is no failure: what must be fast is judged in bench/. The same examples each time, so that a change
    # is judged by what it changed; `pytest --hypothesis-profile=random` looks for new ones.
    property_tests.register_profile("here", deadline=None, derandomize=True)
    property_tests.register_profile("random", deadline=None)
    property_tests.load_profile("here")

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Service:
    """The real application as a process of its own, as an operator would start it. It may be killed and started anew."""

    def __init__(
        self, tmp: Path, settings: Mapping[str, str] | None = None, python: str | Path = sys.executable
    ) -> None:
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._python = str(python)
        self.log = tmp / "service.log"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("TRUEGOLD_")}
        own = {"TRUEGOLD_PORT": str(port), "TRUEGOLD_SCRATCH_DIR": str(tmp)}
        self._environment = {**clean, **own, **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; return once it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._python, "-m", "app", "serve"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        _wait_until_ready(self.url, self._process, self.log)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running process."""
        if self._process is None:
            raise RuntimeError("the service was not started")
        return self._process

    def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """End the process as an operator would."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()


@contextmanager
def running_service(tmp: Path, settings: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve the real application, and yield its URL once it is ready."""
    service = Service(tmp, settings)
    try:
        service.start()
        yield service.url
    finally:
        service.stop()


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):
                return
        except OSError:
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
    raise RuntimeError(f"the service did not become ready:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def service_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_service(tmp_path_factory.mktemp("service")) as url:
        yield url
