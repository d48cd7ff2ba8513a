"""What an operator sets: keys, sizes, the backlog, and what a start refuses."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.conftest import ROOT, running_service

RIGHT = {"completion": "so \\boxed{42}", "ground_truth": "42", "verifier": "math"}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = {
        "TRUEGOLD_API_KEYS": "gold, silver",
        "TRUEGOLD_MAX_BODY_BYTES": "20000",
        "TRUEGOLD_MAX_SAMPLES": "50",
        "TRUEGOLD_MAX_BACKLOG": "10",
        "TRUEGOLD_CORES": "1",
    }
    with running_service(tmp_path_factory.mktemp("strict"), settings) as url, httpx.Client(base_url=url) as client:
        yield client


def test_without_a_key_there_is_no_answer(strict: httpx.Client) -> None:
    answer = strict.post("/v1/rewards", json={"samples": [RIGHT]})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert strict.post("/v1/rewards", json={}, headers={"Authorization": "Bearer copper"}).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_key(strict: httpx.Client, path: str) -> None:
    assert strict.get(path).status_code == 200


def test_any_configured_key_opens_and_may_come_from_a_url(strict: httpx.Client) -> None:
    bearer = strict.post("/v1/rewards", json={"samples": [RIGHT]}, headers={"Authorization": "Bearer silver"})
    basic = strict.post("/v1/rewards", json={"samples": [RIGHT]}, auth=("trainer", "gold"))
    assert bearer.json()["rewards"] == basic.json()["rewards"] == [1.0]


def test_a_body_over_the_limit_is_413_and_names_limit_and_figure(strict: httpx.Client) -> None:
    answer = strict.post("/v1/rewards", json={"samples": ["x" * 30_000]}, headers={"Authorization": "Bearer gold"})
    assert answer.status_code == 413
    assert "20000" in answer.json()["detail"]


def test_a_small_body_that_inflates_over_the_limit_is_413(strict: httpx.Client) -> None:
    import gzip

    packed = gzip.compress(b'{"samples": ["' + b"x" * 10_000_000 + b'"]}')
    headers = {"Authorization": "Bearer gold", "Content-Encoding": "gzip"}
    assert strict.post("/v1/rewards", content=packed, headers=headers).status_code == 413


def test_too_many_samples_are_413(strict: httpx.Client) -> None:
    answer = strict.post("/v1/rewards", json={"samples": [{}] * 51, "recipe": "accuracy"}, auth=("t", "gold"))
    assert answer.status_code == 413
    assert "51" in answer.json()["detail"]


def test_a_full_queue_is_429_with_a_time_to_come_back(strict: httpx.Client) -> None:
    samples = [{**RIGHT, "completion": f"\\boxed{{{n}}}"} for n in range(11)]
    answer = strict.post("/v1/rewards", json={"samples": samples}, auth=("t", "gold"))
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("TRUEGOLD_PROT", "1", "TRUEGOLD_PORT"),
        ("TRUEGOLD_PORT", "no", "port"),
        ("TRUEGOLD_SANDBOX_REQUIRE", "moat", "moat"),
        ("TRUEGOLD_API_KEYS", "sha256:beef", "64 hexadecimal digits"),
    ],
)
def test_a_start_that_cannot_be_right_is_refused_with_the_reason(name: str, value: str, says: str) -> None:
    command = [sys.executable, "-m", "app", "serve"]
    run = subprocess.run(command, cwd=ROOT, env={name: value}, capture_output=True, text=True, timeout=60)
    assert run.returncode != 0
    assert says in run.stderr
