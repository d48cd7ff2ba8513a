"""A running stub of the service, and clients of it that do not wait."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.client.stub import Stub, serve
from truegold import RewardClient


@dataclass
class Waits:
    """Stands in for sleeping: keeps how long was asked for."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serve() as stub:
        yield stub


@pytest.fixture
def second_stub() -> Iterator[Stub]:
    with serve() as stub:
        yield stub


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def client(stub: Stub, waits: Waits) -> Iterator[RewardClient]:
    with RewardClient(stub.url, sleep=waits) as client:
        yield client


@pytest.fixture
def dead_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def samples() -> list[dict[str, Any]]:
    """Six samples, of which the even ones are right."""
    return [{"completion": str(n), "ground_truth": str(n - n % 2), "verifier": "math"} for n in range(6)]
