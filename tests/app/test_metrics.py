"""What /metrics counts, read the way Prometheus reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import ROOT, running_service

MISBEHAVES = ROOT / "tests/corpus/rules"
KEY = {"Authorization": "Bearer gold"}
RIGHT = {"completion": "so \\boxed{42}", "ground_truth": "42", "verifier": "math"}
WRONG = {**RIGHT, "completion": "so \\boxed{41}"}
NO_TRUTH = {**RIGHT, "ground_truth": "\\frac{1}{"}
SPINS = {"completion": "spin", "ground_truth": "fine", "verifier": "misbehaves"}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    settings = {"TRUEGOLD_API_KEYS": "gold", "TRUEGOLD_CORES": "1", "TRUEGOLD_RULES": str(MISBEHAVES)}
    with (
        running_service(tmp_path_factory.mktemp("watched"), settings) as url,
        httpx.Client(base_url=url, headers=KEY) as client,
    ):
        yield client


def figures(client: httpx.Client) -> Counter[str]:
    """Return each series under its name and the values of its labels. Two of them can be subtracted."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return Counter(
        {
            f"{sample.name}{''.join(f'|{value}' for _, value in sorted(sample.labels.items()))}": sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }
    )


def test_metrics_need_a_key_where_there_are_keys(watched: httpx.Client) -> None:
    assert watched.get("/metrics", headers={"Authorization": ""}).status_code == 401
    assert watched.get("/metrics").headers["content-type"].startswith("text/plain; version=0.0.4")


def test_one_batch_is_counted_by_verdict_cause_recipe_and_group(watched: httpx.Client) -> None:
    before = figures(watched)
    samples = [{**RIGHT, "group": "a"}, {**WRONG, "group": "a"}, {**RIGHT, "group": "b"}, {**RIGHT, "group": "b"}]
    body = {"recipe": "accuracy", "samples": [*samples, NO_TRUTH, "no sample"]}
    assert watched.post("/v1/rewards", json=body).json()["rewards"] == [1.0, 0.0, 1.0, 1.0, None, None]
    after = figures(watched)
    seen = Counter({name: after[name] - before[name] for name in after})
    assert seen["truegold_scores_total|correct|math"] == 3
    assert seen["truegold_scores_total|incorrect|math"] == 1
    assert seen["truegold_nulls_total|bad_truth"] == 1
    assert seen["truegold_nulls_total|bad_sample"] == 1
    assert seen["truegold_nulls_total|internal_error"] == 0
    assert seen["truegold_rewards_total|accuracy"] == 4
    assert seen["truegold_reward_sum_total|accuracy|plus"] == 3
    assert (seen["truegold_groups_total|accuracy"], seen["truegold_groups_zero_variance_total|accuracy"]) == (2, 1)
    assert seen["truegold_queue_seconds_count"] == 1
    assert seen["truegold_requests_total|/v1/rewards|200"] == 1
    assert seen["truegold_request_seconds_count|/v1/rewards"] == 1
    assert seen["truegold_verifier_seconds_total|math"] > 0
    assert (after["truegold_lanes"], after["truegold_body_bytes_open"]) == (1, 0)
    assert after["process_resident_memory_bytes"] > 0


def test_a_negative_reward_is_summed_apart(watched: httpx.Client) -> None:
    recipe = {"components": [{"name": "accuracy", "verifier": "$sample", "values": {"incorrect": -1}}]}
    watched.post("/v1/rewards", json={"recipe": recipe, "samples": [WRONG, RIGHT]})
    seen = figures(watched)
    assert seen["truegold_reward_sum_total|inline|minus"] == seen["truegold_reward_sum_total|inline|plus"] == 1


def test_what_was_judged_before_is_a_hit(watched: httpx.Client) -> None:
    before = figures(watched)
    for _ in range(2):
        watched.post("/v1/rewards", json={"samples": [{**RIGHT, "completion": "\\boxed{1042}"}]})
    after = figures(watched)
    assert after["truegold_cache_hits_total"] - before["truegold_cache_hits_total"] == 1
    assert after["truegold_cache_misses_total"] - before["truegold_cache_misses_total"] == 1


def test_a_killed_worker_is_counted_with_its_reason(watched: httpx.Client) -> None:
    before = figures(watched)
    dies = {**SPINS, "completion": "die"}
    rewards = watched.post("/v1/rewards", json={"samples": [SPINS, dies]}, timeout=60).json()["rewards"]
    after = figures(watched)
    assert rewards == [0.0, None]
    assert after["truegold_workers_killed_total|budget"] - before["truegold_workers_killed_total|budget"] == 2
    assert after["truegold_workers_killed_total|outside"] - before["truegold_workers_killed_total|outside"] == 2


def test_a_null_that_a_trainer_gets_as_a_number_is_counted(watched: httpx.Client) -> None:
    body = {"query": ["\\boxed{1}"], "prompts": [""], "labels": ["\\frac{1}{"]}
    answer = watched.post("/get_reward?verifier=math", json=body)
    assert answer.headers["x-truegold-nulls"] == "1"
    assert figures(watched)["truegold_nulls_as_numbers_total"] == 1


def test_a_path_that_a_caller_makes_up_names_no_series(watched: httpx.Client) -> None:
    watched.get("/no/such/path")
    seen = figures(watched)
    assert seen["truegold_requests_total|unknown|404"] == 1
    assert not any("such" in name for name in seen)
