"""Connections that ask nothing, or not to the end: thousands of idle ones, heads that drip, half-closed ones, bodies cut."""

from __future__ import annotations

import contextlib
import resource
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from app.connections import MAX_HEAD_BYTES, Connection
from tests.conftest import Service, free_port

RIGHT = {"completion": "so \\boxed{42}", "ground_truth": "42", "verifier": "math"}
IDLE = 3000
HEAD = b"GET / HTTP/1.1\r\nHost: gold\r\n\r\n"


class Hasty(Connection):
    """One that waits for a head as long as a test can."""

    head_s = 0.3


@pytest.fixture(scope="module")
def hasty() -> Iterator[int]:
    """The port of a server that is nothing but its connections."""
    config = uvicorn.Config(
        PlainTextResponse("here"), port=free_port(), http=Hasty, loop="uvloop", lifespan="off", log_level="critical"
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # a thread may have none
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield config.port
    server.should_exit = True
    thread.join()


@contextlib.contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        yield connection


def until_closed(connection: socket.socket) -> bytes:
    came = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(2**16):
            came += piece
    return came


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: go"])
def test_a_connection_whose_head_does_not_come_is_closed(hasty: int, begun: bytes) -> None:
    with connected(hasty) as connection:
        connection.sendall(begun)
        assert until_closed(connection) == b""


def test_a_head_that_drips_is_not_waited_for_longer(hasty: int) -> None:
    with connected(hasty) as connection:
        connection.settimeout(0.02)
        drips = 0
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            while drips < 500:
                connection.sendall(b"GET / HTTP/1.1\r\n" if drips == 0 else b"X: 1\r\n")
                drips += 1
                with contextlib.suppress(TimeoutError):
                    if not connection.recv(1):
                        break
        assert 1 < drips < 500


def test_a_second_head_on_a_connection_is_not_waited_for_either(hasty: int) -> None:
    with connected(hasty) as connection:
        connection.sendall(HEAD + b"GET /")
        answer = until_closed(connection)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.count(b"HTTP/1.1") == 1


def test_a_head_in_pieces_is_read(hasty: int) -> None:
    with connected(hasty) as connection:
        for byte in HEAD:
            connection.sendall(bytes([byte]))
        assert connection.recv(2**16).startswith(b"HTTP/1.1 200")


def test_a_head_without_end_is_refused_before_it_fills_the_memory(hasty: int) -> None:
    with connected(hasty) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        sent = 0
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            while sent < 100 * MAX_HEAD_BYTES:
                connection.sendall(b"X: " + b"x" * 8000 + b"\r\n")
                sent += 8000
        assert sent < 100 * MAX_HEAD_BYTES


# ------------------------------------------------------------------------------------------------- the whole service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(tmp_path_factory.mktemp("connected"), {"TRUEGOLD_CORES": "1"})
    service.start()
    yield service
    service.stop()


def port_of(service: Service) -> int:
    port = urlsplit(service.url).port
    assert port is not None
    return port


def open_requests(service: Service) -> float:
    lines = httpx.get(f"{service.url}/metrics").text.splitlines()
    (line,) = [line for line in lines if line.startswith("truegold_requests_open ")]
    return float(line.split()[1]) - 1  # the scrape is one itself


def test_thousands_of_idle_connections_keep_nobody_out(service: Service) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE + 500:
        pytest.skip(f"this machine allows {hard} descriptors a process")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    descriptors = Path(f"/proc/{service.process.pid}/fd")
    try:
        with contextlib.ExitStack() as idle:
            for _ in range(IDLE):
                idle.enter_context(connected(port_of(service)))
            answer = httpx.post(f"{service.url}/v1/rewards", json={"samples": [RIGHT]})
            assert answer.json()["rewards"] == [1.0]
            assert len(list(descriptors.iterdir())) > IDLE
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    while len(list(descriptors.iterdir())) > IDLE / 2:
        httpx.get(f"{service.url}/healthz")


@pytest.mark.parametrize("sent", [b"", b'{"samples": [', b"x" * 99])
def test_a_body_that_is_cut_off_leaves_nothing_open(service: Service, sent: bytes) -> None:
    head = b"POST /v1/rewards HTTP/1.1\r\nHost: gold\r\nContent-Length: 100\r\n\r\n"
    with connected(port_of(service)) as connection:
        connection.sendall(head + sent)
    while open_requests(service):
        pass
    assert "truegold_body_bytes_open 0.0" in httpx.get(f"{service.url}/metrics").text


def test_a_client_that_closes_its_half_early_leaves_nothing_open(service: Service) -> None:
    body = b'{"samples": [{"completion": "\\\\boxed{7}", "ground_truth": "7", "verifier": "math"}]}'
    head = b"POST /v1/rewards HTTP/1.1\r\nHost: gold\r\nContent-Length: %d\r\n\r\n" % len(body)
    with connected(port_of(service)) as connection:
        connection.sendall(head + body)
        connection.shutdown(socket.SHUT_WR)
        until_closed(connection)
    while open_requests(service):
        pass
    assert httpx.post(f"{service.url}/v1/rewards", json={"samples": [RIGHT]}).json()["rewards"] == [1.0]


@pytest.mark.parametrize(
    "head", [b"nonsense\r\n\r\n", b"\0" * 100, b"POST / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01"]
)
def test_what_is_no_http_is_refused(service: Service, head: bytes) -> None:
    with connected(port_of(service)) as connection:
        connection.sendall(head)
        assert until_closed(connection).startswith(b"HTTP/1.1 400")
