"""What a call of score sends, and what it makes of the answers."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from tests.client.stub import Stub
from truegold import EncodingError, NullReward, ProtocolError, RewardClient


def test_rewards_come_back_in_the_order_of_the_samples(client: RewardClient, samples: list[dict[str, Any]]) -> None:
    assert client.score(samples).rewards == [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]


def test_an_empty_batch_asks_nobody(client: RewardClient, stub: Stub) -> None:
    assert client.score([]) == []
    assert stub.requests == []


def test_a_large_batch_is_cut_by_count_and_keeps_its_order(stub: Stub, samples: list[dict[str, Any]]) -> None:
    with RewardClient(stub.url, max_batch=2) as client:
        results = client.score(samples)
    assert [result.id for result in results] == ["0", "1", "2", "3", "4", "5"]
    assert results.rewards == [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    assert sorted(stub.sent_ids()) == [["0", "1"], ["2", "3"], ["4", "5"]]


def test_a_large_batch_is_cut_by_bytes(stub: Stub) -> None:
    with RewardClient(stub.url, max_bytes=3000) as client:
        client.score([{"completion": "x" * 1000} for _ in range(6)])
    assert sorted(map(len, stub.sent_ids())) == [2, 2, 2]


def test_a_sample_larger_than_a_request_travels_alone(stub: Stub) -> None:
    with RewardClient(stub.url, max_bytes=100) as client:
        assert len(client.score([{"completion": "x" * 1000}, {"completion": "y" * 1000}])) == 2
    assert sorted(stub.sent_ids()) == [["0"], ["1"]]


def test_a_group_is_never_split(stub: Stub) -> None:
    samples = [{"completion": "1", "group": "ab"[n % 2]} for n in range(6)]
    with RewardClient(stub.url, max_batch=2) as client:
        results = client.score(samples, groups={"advantage": "grpo"})
    assert sorted(stub.sent_ids()) == [["0", "2", "4"], ["1", "3", "5"]]
    assert [result.group for result in results] == ["a", "b", "a", "b", "a", "b"]
    assert [(group.group, group.n) for group in results.groups] == [("a", 3), ("b", 3)]


def test_numbered_groups_and_ids_become_text(client: RewardClient, stub: Stub) -> None:
    client.score([{"id": 7, "group": 3, "completion": "1"}])
    assert (stub.requests[0]["samples"][0]["id"], stub.requests[0]["samples"][0]["group"]) == ("7", "3")


def test_recipe_explain_and_groups_are_sent_only_when_given(client: RewardClient, stub: Stub) -> None:
    client.score([{"completion": "1"}])
    client.score([{"completion": "1"}], "r1-zero", explain=True, groups={"vote": True})
    assert set(stub.requests[0]) == {"samples", "deadline_s"}
    del stub.requests[1]["samples"], stub.requests[1]["deadline_s"]
    assert stub.requests[1] == {"recipe": "r1-zero", "explain": True, "groups": {"vote": True}}


def test_the_service_is_told_how_long_it_is_waited_for(stub: Stub) -> None:
    with RewardClient(stub.url, timeout_s=42) as client:
        client.score([{"completion": "1"}])
    assert stub.requests[0]["deadline_s"] == 42


def test_a_number_for_nulls_is_left_to_the_service(stub: Stub) -> None:
    with RewardClient(stub.url, on_null=0.0) as client:
        client.score([{"completion": "1"}])
    assert stub.requests[0]["on_null"] == 0.0


def test_a_null_stays_a_null(client: RewardClient, stub: Stub, samples: list[dict[str, Any]]) -> None:
    stub.will_fail_samples("1", code="bad_truth", retryable=False)
    result = client.score(samples)[1]
    assert (result.reward, result.error.code, len(stub.requests)) == (None, "bad_truth", 1)


def test_a_null_raises_for_those_who_want_it(stub: Stub, samples: list[dict[str, Any]]) -> None:
    stub.will_fail_samples("1", "2", code="bad_truth", retryable=False)
    with RewardClient(stub.url, on_null="raise") as client, pytest.raises(NullReward, match=r"2 of 6.*'1': bad_truth"):
        client.score(samples)


def test_fields_of_a_newer_service_are_kept(client: RewardClient, samples: list[dict[str, Any]]) -> None:
    result = client.score(samples)[0]
    assert result.extra == {"also_new": True}
    assert result.component("accuracy").extra == {"invented_later": 7}


def test_a_component_is_found_by_name(client: RewardClient, samples: list[dict[str, Any]]) -> None:
    result = client.score(samples)[0]
    assert (result.scores, result.verdict, result.component("accuracy").ms) == ({"accuracy": 1.0}, "correct", 0.1)
    with pytest.raises(KeyError, match="known: accuracy"):
        result.component("format")


def test_results_survive_pickling(client: RewardClient, samples: list[dict[str, Any]]) -> None:
    results = client.score(samples)
    again = pickle.loads(pickle.dumps(results))
    assert again == results
    assert (again.fingerprints, again.scoring_version, again.groups) == (("stub@1",), "1", ())


def test_a_sample_that_cannot_be_written_stops_the_call_before_it_is_sent(client: RewardClient, stub: Stub) -> None:
    with pytest.raises(EncodingError, match=r"samples\[1\]\.ground_truth is nan"):
        client.score([{"completion": "1"}, {"completion": "1", "ground_truth": float("nan")}])
    assert stub.requests == []


def test_a_sample_that_is_no_mapping_is_named(client: RewardClient) -> None:
    with pytest.raises(EncodingError, match=r"samples\[0\] must be a mapping, not str"):
        client.score(["1"])  # type: ignore[list-item]  # that is the point


def test_an_answer_of_the_wrong_length_is_refused(client: RewardClient, stub: Stub) -> None:
    stub.will_answer(200, {"results": []})
    with pytest.raises(ProtocolError, match="1 samples were sent"):
        client.score([{"completion": "1"}])


@pytest.mark.parametrize("body", [b"<html>hello</html>", b"[]", b'{"results": [7]}', b'{"results": [{"id": "0"}]}'])
def test_an_answer_of_another_kind_of_server_is_refused(client: RewardClient, stub: Stub, body: bytes) -> None:
    stub.will_answer(200, body)
    with pytest.raises(ProtocolError):
        client.score([{"completion": "1"}])


def test_one_completion_is_judged_by_one_rule(client: RewardClient, stub: Stub) -> None:
    component = client.verify("math", "42", "42", options={"precision": 3})
    assert (component.verdict, component.score, component.name) == ("correct", 1.0, "math")
    assert stub.paths == ["/v1/verify/math"]
    assert stub.requests == [{"completion": "42", "ground_truth": "42", "options": {"precision": 3}}]


def test_a_lone_surrogate_arrives_as_it_is(client: RewardClient, stub: Stub) -> None:
    client.score([{"completion": "\ud800\x00é"}])
    assert stub.requests[0]["samples"][0]["completion"] == "\ud800\x00é"


def test_the_token_is_sent_and_never_shown(stub: Stub) -> None:
    with RewardClient(stub.url, token="s3cret") as client:
        client.score([{"completion": "1"}])
        assert "s3cret" not in repr(client)
    assert stub.headers[0]["Authorization"] == "Bearer s3cret"
