"""The arguments of a client, and the environment."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client.stub import Stub
from truegold import ConfigurationError, RewardClient


def test_address_and_token_come_from_the_environment(stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRUEGOLD_URL", f"{stub.url}/")
    monkeypatch.setenv("TRUEGOLD_TOKEN", "from-environment")
    with RewardClient() as client:
        client.score([{"completion": "1"}])
    assert stub.headers[0]["Authorization"] == "Bearer from-environment"
    assert stub.paths == ["/v1/rewards"]


def test_a_client_without_an_address_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUEGOLD_URL", raising=False)
    with pytest.raises(ConfigurationError, match="TRUEGOLD_URL"):
        RewardClient()


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://[::1", []])
def test_an_address_that_is_none_is_refused(url: Any) -> None:
    with pytest.raises(ConfigurationError, match="address"):
        RewardClient(url)


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_batch": 0},
        {"concurrency": 0},
        {"retries": -1},
        {"timeout_s": 0},
        {"timeout_s": float("inf")},
        {"on_null": "zero"},
        {"on_null": float("nan")},
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError, match=next(iter(arguments))):
        RewardClient("http://localhost", **arguments)
