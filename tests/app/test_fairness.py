"""Clients take turns: whoever has many requests under way holds up another's single one for a turn or two."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

import httpx
import pytest

from tests.conftest import running_service

MANY = 12
SPIN = "total = 0\nfor n in range(3_000_000):\n    total += n\nprint({number})"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = {"TRUEGOLD_API_KEYS": "gold, silver", "TRUEGOLD_CORES": "1"}
    with running_service(tmp_path_factory.mktemp("fair"), settings) as url:
        yield url


def posted(url: str, key: str, number: int) -> str:
    """One program that takes a while, over a connection of its own."""
    source = SPIN.format(number=number)
    sample = {
        "completion": f"```python\n{source}\n```",
        "ground_truth": {"tests": [{"stdin": "", "stdout": str(number)}]},
        "verifier": "code",
    }
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{url}/v1/rewards", json={"samples": [sample]}, headers=headers, timeout=120)
    assert answer.json()["rewards"] == [1.0]
    return key


def waiting(url: str) -> float:
    text = httpx.get(f"{url}/metrics", headers={"Authorization": "Bearer gold"}).text
    return float(text.partition('truegold_queue_depth{queue="heavy"} ')[2].partition("\n")[0])


def test_a_key_with_many_requests_under_way_does_not_hold_up_another(url: str) -> None:
    with ThreadPoolExecutor(MANY + 1) as threads:
        asked: list[Future[str]] = [threads.submit(posted, url, "gold", number) for number in range(MANY)]
        while waiting(url) < MANY - 2:
            assert not all(each.done() for each in asked), "they were never seen waiting"
        asked.append(threads.submit(posted, url, "silver", MANY))
        order = [each.result() for each in as_completed(asked)]
    assert order.index("silver") < MANY / 2
