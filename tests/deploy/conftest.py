"""What stands in deploy/, with the real programs: `make test-deploy`, in an environment that holds what it needs."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Service

IS_HERE = importlib.util.find_spec("kubernetes_validate") is not None
collect_ignore_glob = [] if IS_HERE else ["test_*.py"]  # `make test` runs without them
DEPLOY = ROOT / "deploy"
OWN_PYTHON = ROOT / ".venv" / "bin" / "python"
ONE_CORE = {"TRUEGOLD_CORES": "1", "TRUEGOLD_RULES": str(ROOT / "tests/corpus/rules")}

Start = Callable[[], Service]


@pytest.fixture
def start_service(tmp_path: Path) -> Iterator[Start]:
    """Start the service in its own environment, as often as asked; all are ended."""
    services: list[Service] = []

    def start() -> Service:
        folder = tmp_path / f"service-{len(services)}"
        folder.mkdir()
        services.append(Service(folder, ONE_CORE, OWN_PYTHON))
        services[-1].start()
        return services[-1]

    yield start
    for service in services:
        service.kill()
