"""Keys that are known by their hashes, and the number of requests that each may have under way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.conftest import ROOT, running_service

RIGHT = {"completion": "so \\boxed{42}", "ground_truth": "42", "verifier": "math"}
GOLD, SILVER = ({"Authorization": f"Bearer {key}"} for key in ("gold", "silver"))
SPINS = [{"completion": f"spin {n}", "ground_truth": "fine", "verifier": "misbehaves"} for n in range(30)]
QUERY = {"query": ["\\boxed{42}"], "prompts": [""], "labels": ["42"]}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = {
        "TRUEGOLD_API_KEYS": f"sha256:{hashlib.sha256(b'gold').hexdigest()}, silver",
        "TRUEGOLD_KEY_MAX_REQUESTS": "1",
        "TRUEGOLD_CORES": "1",
        "TRUEGOLD_RULES": str(ROOT / "tests/corpus/rules"),
    }
    with (
        running_service(tmp_path_factory.mktemp("shared"), settings) as url,
        httpx.Client(base_url=url, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def busy(shared: httpx.Client) -> Iterator[httpx.Client]:
    """The service while a request of gold's is under way; it is sent away at the end."""
    with ThreadPoolExecutor(1) as threads, httpx.Client(base_url=shared.base_url, headers=GOLD, timeout=1.5) as client:
        waiting = threads.submit(client.post, "/v1/rewards", json={"samples": SPINS})
        while "truegold_lanes_busy 1.0" not in shared.get("/metrics", headers=SILVER).text:
            pass
        yield shared
        assert isinstance(waiting.exception(), httpx.ReadTimeout)


def test_a_key_whose_hash_alone_is_configured_opens(shared: httpx.Client) -> None:
    assert shared.post("/v1/rewards", json={"samples": [RIGHT]}, headers=GOLD).json()["rewards"] == [1.0]


def test_the_hash_itself_is_no_key(shared: httpx.Client) -> None:
    known = hashlib.sha256(b"gold").hexdigest()
    for key in (known, f"sha256:{known}"):
        answer = shared.post("/v1/rewards", json={"samples": []}, headers={"Authorization": f"Bearer {key}"})
        assert answer.status_code == 401


def test_a_key_that_has_its_number_under_way_is_429_and_the_others_are_served(busy: httpx.Client) -> None:
    refused = busy.post("/v1/rewards", json={"samples": [RIGHT]}, headers=GOLD)
    assert (refused.status_code, refused.headers["content-type"]) == (429, "application/problem+json")
    assert int(refused.headers["retry-after"]) > 0
    assert busy.post("/v1/rewards", json={"samples": [RIGHT]}, headers=SILVER).json()["rewards"] == [1.0]


def test_a_trainers_own_protocol_waits_for_its_place_instead(busy: httpx.Client) -> None:
    assert busy.post("/get_reward?verifier=math", json=QUERY, headers=GOLD).json()["rewards"] == [1.0]


def test_a_place_comes_back_when_its_request_ends(shared: httpx.Client) -> None:
    for _ in range(3):
        assert shared.post("/v1/rewards", json={"samples": [RIGHT]}, headers=GOLD).status_code == 200
