"""What all protocols of trainers share: the URL says everything, nobody is refused for load, and keys come with it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

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


async def together(url: str, bodies: list[dict[str, Any]]) -> list[tuple[int, float, float]]:
    """Post all bodies at once; return each one's status, reward and seconds."""
    async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=None)) as http:

        async def one(body: dict[str, Any]) -> tuple[int, float, float]:
            started = time.monotonic()
            answer = await http.post(url, json=body)
            return answer.status_code, answer.json(), time.monotonic() - started

        return await asyncio.gather(*[one(body) for body in bodies])
