"""What all protocols of trainers share: the URL says everything, nobody is refused for load, and keys come with it."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import running_service

SUM = {"prompt": "1+1?", "response": "\\boxed{2}", "label": "2"}
PATHS = ("/get_reward", "/rm", "/run_code", "/test_program", "/test_program_stdio", "/seed_session", "/verify")


@pytest.mark.parametrize("path", PATHS)
def test_each_path_is_served_under_a_recipe_too(http: httpx.Client, path: str) -> None:
    for prefix in ("", "/r/accuracy"):
        assert http.post(f"{prefix}{path}", content=b"[]").status_code == 422  # it is there, and wants an object


def test_the_query_names_recipe_and_verifier(http: httpx.Client) -> None:
    choice = {"prompt": "(A) 1 (B) 2", "response": "**x = 2**", "label": "2"}
    assert http.post("/rm?verifier=math", json=choice).json() == 1.0
    thinking = {**SUM, "response": "<think>1</think><answer>\\boxed{2}</answer>"}
    assert http.post("/rm?recipe=r1-zero", json=thinking).json() == 2.0
    assert http.post("/r/r1-zero/rm?recipe=accuracy", json=thinking).json() == 2.0  # the path decides


@pytest.mark.parametrize(
    ("query", "named"), [("recipe=none", "accuracy"), ("verifier=mth", "math"), ("on_null=x", "on_null")]
)
def test_a_url_that_names_what_does_not_exist_is_refused_with_what_does(
    http: httpx.Client, query: str, named: str
) -> None:
    answer = http.post(f"/rm?{query}", json=SUM)
    assert answer.status_code == 422
    assert named in answer.json()["detail"]


@pytest.mark.parametrize(("asked", "reward"), [("", 0.0), ("?on_null=-1", -1.0), ("?on_null=null", None)])
def test_the_url_says_what_a_null_becomes(http: httpx.Client, asked: str, reward: float | None) -> None:
    answer = http.post(f"/rm{asked}", json={**SUM, "label": None})
    assert (answer.json(), answer.headers["X-Truegold-Nulls"]) == (reward, "1")
    assert http.post(f"/rm{asked}", json=SUM).headers["X-Truegold-Nulls"] == "0"


def test_an_empty_authorization_header_is_tolerated_where_no_key_is_wanted(http: httpx.Client) -> None:
    assert http.post("/rm", json=SUM, headers={"Authorization": ""}).json() == 1.0


def test_a_key_comes_as_userinfo_of_the_url(tmp_path: Path) -> None:
    with running_service(tmp_path, {"TRUEGOLD_API_KEYS": "secret"}) as url:
        with_key = url.replace("http://", "http://user:secret@")
        assert httpx.post(f"{with_key}/rm", json=SUM, timeout=60).json() == 1.0
        assert httpx.post(f"{url}/rm", json=SUM, timeout=60).status_code == 401
        assert httpx.post(f"{url}/rm", json=SUM, headers={"Authorization": ""}, timeout=60).status_code == 401


def test_many_requests_of_one_sample_are_all_answered_by_a_queue_too_short_for_them(tmp_path: Path) -> None:
    with running_service(tmp_path, {"TRUEGOLD_MAX_BACKLOG": "8"}) as url:
        answers = asyncio.run(together(f"{url}/rm", [{**SUM, "response": f"\\boxed{{{n}}}"} for n in range(128)]))
    assert [status for status, _, _ in answers] == [200] * 128
    assert [reward for _, reward, _ in answers] == [float(n == 2) for n in range(128)]


@pytest.mark.parametrize(("path", "connections"), [("/get_reward", 512), ("/rm", 64)], ids=["OpenRLHF", "slime"])
def test_five_hundred_and_twelve_samples_at_once_are_all_answered(
    service_url: str, path: str, connections: int
) -> None:
    """OpenRLHF opens a connection for each sample, slime 64 for all; run with -s to see how long they wait."""
    wrapped = {"query": ["1+1?\\boxed{2}"], "prompts": ["1+1?"], "labels": ["2"]}
    bodies = [{**SUM, **wrapped, "id": n} for n in range(512)]
    answers = asyncio.run(together(service_url + path, bodies, connections))
    assert {status for status, _, _ in answers} == {200}
    paid = [reward["rewards"][0] if isinstance(reward, dict) else reward for _, reward, _ in answers]
    assert paid == [1.0] * 512
    cuts = statistics.quantiles([seconds for _, _, seconds in answers], n=100)
    print(f"\n512 samples at once to {path}: p50 {cuts[49]:.2f} s, p99 {cuts[98]:.2f} s")


async def together(url: str, bodies: list[dict[str, Any]], connections: int = 512) -> list[tuple[int, Any, float]]:
    """Post all bodies at once, each over a connection of its own; return each one's status, answer and seconds."""
    address = urlsplit(url)
    free = asyncio.Semaphore(connections)

    async def one(body: dict[str, Any]) -> tuple[int, Any, float]:
        started = time.monotonic()
        content = json.dumps(body).encode()
        head = f"POST {address.path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(content)}\r\n\r\n"
        async with free:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(head.encode() + content)
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
        top, _, rest = answer.partition(b"\r\n\r\n")
        return int(top.split()[1]), json.loads(rest), time.monotonic() - started

    return await asyncio.gather(*[one(body) for body in bodies])
