"""Bodies that are held at once are bounded: what comes above is sent away on our own paths, and waits on the trainers'."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import running_service

LARGE = {"samples": [{"completion": "\\boxed{42}" + " " * 60_000, "ground_truth": "42", "verifier": "math"}]}
QUERY = {"query": ["\\boxed{42}" + " " * 60_000], "prompts": [""], "labels": ["42"]}


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = {"TRUEGOLD_MAX_OPEN_BYTES": "100000", "TRUEGOLD_MAX_BODY_BYTES": "90000", "TRUEGOLD_CORES": "1"}
    with running_service(tmp_path_factory.mktemp("narrow"), settings) as url:
        yield url


@pytest.fixture
def half_sent(narrow: str) -> Iterator[socket.socket]:
    """A request whose body has begun and does not go on."""
    parts = urlsplit(narrow)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        head = b"POST /v1/rewards HTTP/1.1\r\nHost: gold\r\nContent-Length: 80000\r\n\r\n{"
        connection.sendall(head)
        while "truegold_body_bytes_open 80000.0" not in httpx.get(f"{narrow}/metrics").text:
            pass
        yield connection


def test_a_body_without_room_is_429_with_a_time_to_come_back(narrow: str, half_sent: socket.socket) -> None:
    answer = httpx.post(f"{narrow}/v1/rewards", json=LARGE)
    assert (answer.status_code, answer.headers["content-type"]) == (429, "application/problem+json")
    assert int(answer.headers["retry-after"]) > 0


def test_a_trainers_own_protocol_waits_for_room_instead(narrow: str, half_sent: socket.socket) -> None:
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(httpx.post, f"{narrow}/get_reward?verifier=math", json=QUERY, timeout=60)
        while "truegold_requests_open 3.0" not in httpx.get(f"{narrow}/metrics").text:
            pass
        assert not waiting.done()
        half_sent.close()
        assert waiting.result().json()["rewards"] == [1.0]


def test_room_comes_back_when_a_request_ends(narrow: str) -> None:
    for _ in range(3):
        assert httpx.post(f"{narrow}/v1/rewards", json=LARGE).json()["rewards"] == [1.0]
