"""Trainers' own code against the running service: `make test-trainers`, in an environment that holds them."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Service

IS_HERE = importlib.util.find_spec("torch") is not None
collect_ignore_glob = [] if IS_HERE else ["test_*.py"]  # `make test` runs without the trainers


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service in its own environment: none of what the trainers need is among what it has installed."""
    service = Service(tmp_path_factory.mktemp("service"), python=ROOT / ".venv" / "bin" / "python")
    service.start()
    yield service
    service.stop()


@pytest.fixture
def service_url(service: Service) -> str:
    return service.url


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Service]:
    """A service that a test may kill."""
    service = Service(tmp_path, python=ROOT / ".venv" / "bin" / "python")
    service.start()
    yield service
    service.stop()
