"""Bodies that are larger than they look, end too early, or hold what is no text: refused, and no memory is taken."""

from __future__ import annotations

import asyncio
import gzip
import re
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from backports import zstd
from starlette.requests import Request

from app import body
from app.bodies import BodyBudget
from app.errors import RequestError
from tests.conftest import Service

LIMIT_BYTES = 2**20
BOMB_BYTES = 256 * 2**20
PIECE = b" " * 2**20


@pytest.fixture(scope="module")
def bounded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = {"TRUEGOLD_CORES": "1", "TRUEGOLD_MAX_BODY_BYTES": str(LIMIT_BYTES)}
    service = Service(tmp_path_factory.mktemp("bounded"), settings)
    service.start()
    yield service
    service.stop()


def bomb(encoding: str) -> bytes:
    packer: Any = zlib.compressobj(9, wbits=31) if encoding == "gzip" else zstd.ZstdCompressor()
    return b"".join([*(packer.compress(PIECE) for _ in range(BOMB_BYTES // len(PIECE))), packer.flush()])


def peak_bytes(service: Service) -> int:
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    (kib,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kib) * 1024


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_bomb_is_413_and_takes_no_memory(bounded: Service, encoding: str) -> None:
    packed = bomb(encoding)
    assert len(packed) < LIMIT_BYTES
    before = peak_bytes(bounded)
    headers = {"Content-Encoding": encoding}
    for _ in range(5):
        answer = httpx.post(f"{bounded.url}/v1/rewards", content=packed, headers=headers, timeout=60)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert peak_bytes(bounded) - before < 32 * LIMIT_BYTES


def test_a_body_of_unknown_length_is_read_up_to_the_limit_only(bounded: Service) -> None:
    pieces = (PIECE[: 2**16] for _ in range(40))
    answer = httpx.post(f"{bounded.url}/v1/rewards", content=pieces)
    assert answer.status_code == 413
    assert str(LIMIT_BYTES) in answer.json()["detail"]


@pytest.mark.parametrize(
    ("encoding", "body", "says"),
    [
        ("identity", b'{"samples": [{"compl', "is not JSON"),
        ("identity", b"", "is not JSON"),
        ("gzip", gzip.compress(b'{"samples": []}')[:-9], "in the middle of its gzip stream"),
        ("zstd", zstd.compress(b'{"samples": []}')[:-2], "in the middle of its zstd stream"),
        ("gzip", b"", "in the middle"),
        ("gzip", zstd.compress(b"{}"), "is no gzip"),
        ("zstd", gzip.compress(b"{}"), "is no zstd"),
    ],
)
def test_a_body_that_is_cut_or_is_not_what_it_says_is_422(
    http: httpx.Client, encoding: str, body: bytes, says: str
) -> None:
    answer = http.post("/v1/rewards", content=body, headers={"Content-Encoding": encoding})
    assert answer.status_code == 422
    assert says in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("rewards", r'{"samples": "\ud800"}'),
        ("rewards", r'{"samples": [], "groups": "\ud800"}'),
        ("rewards", r'{"samples": [], "recipe": {"components": "\ud800"}}'),
        ("lint", r'{"samples": "\ud800"}'),
        ("select", r'{"samples": [], "rules": {"max_per_group": "\ud800"}}'),
        ("vote", r'{"completions": "\ud800"}'),
        ("vote", r'{"completions": [], "options": "\ud800"}'),
        ("verify/math", r'{"completion": "1", "options": "\ud800"}'),
    ],
)
def test_a_lone_surrogate_where_no_text_is_wanted_is_422(http: httpx.Client, path: str, body: str) -> None:
    answer = http.post(f"/v1/{path}", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_a_lone_surrogate_where_no_text_is_wanted_spoils_its_sample_alone(http: httpx.Client) -> None:
    right = r'{"completion": "\\boxed{42}", "ground_truth": "42", "verifier": "math"}'
    body = r'{"samples": [{"completion": "1", "verifier": "math", "options": "\ud800"}, ' + right + "]}"
    answer = http.post("/v1/rewards", content=body).json()
    assert answer["rewards"] == [None, 1.0]
    assert answer["results"][0]["error"]["code"] == "bad_sample"


async def stalling() -> AsyncIterator[bytes]:
    yield b'{"samples": ['
    await asyncio.Event().wait()


async def dripping() -> AsyncIterator[bytes]:
    while True:
        yield b" "
        await asyncio.sleep(0)


@pytest.mark.parametrize("pieces", [stalling, dripping])
def test_a_body_that_stalls_or_drips_is_408(pieces: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "STALL_S", 0.1)
    monkeypatch.setattr(body, "WHOLE_S", 0.2)
    coming = pieces()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": await anext(coming), "more_body": True}

    app = SimpleNamespace(state=SimpleNamespace(service=SimpleNamespace(bodies=BodyBudget(LIMIT_BYTES))))
    request = Request({"type": "http", "method": "POST", "headers": [], "app": app}, receive)
    with pytest.raises(RequestError) as refused:
        asyncio.run(body.read_json(request, LIMIT_BYTES))
    assert refused.value.status == 408
    assert refused.value.headers["Connection"] == "close"
