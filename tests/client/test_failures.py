"""What a client does when the service is away, busy, or lost some samples."""

from __future__ import annotations

import pickle
import threading
from typing import Any

import pytest

from tests.client.conftest import Waits
from tests.client.stub import Answer, Stub, judge
from truegold import (
    BadRequest,
    Busy,
    ProtocolError,
    RewardClient,
    TooLarge,
    TruegoldError,
    Unauthorized,
    Unreachable,
    core,
)

ONE = [{"completion": "1", "ground_truth": "1"}]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_service_is_asked_again(client: RewardClient, stub: Stub, waits: Waits, status: int) -> None:
    stub.will_answer(status)
    assert client.score(ONE).rewards == [1.0]
    assert len(waits.seconds) == 1


def test_pauses_grow_and_are_jittered(client: RewardClient, stub: Stub, waits: Waits) -> None:
    for _ in range(4):
        stub.will_answer(503)
    client.score(ONE)
    assert all(0.25 * 2**n <= pause <= 0.5 * 2**n for n, pause in enumerate(waits.seconds))
    assert len(waits.seconds) == 4


def test_a_pause_that_the_service_asks_for_is_kept(client: RewardClient, stub: Stub, waits: Waits) -> None:
    stub.will_answer(429, headers={"Retry-After": "7"})
    client.score(ONE)
    assert 7.0 <= waits.seconds[0] <= 8.0


def test_a_date_in_retry_after_that_is_past_asks_for_no_pause(client: RewardClient, stub: Stub, waits: Waits) -> None:
    stub.will_answer(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"})
    client.score(ONE)
    assert waits.seconds[0] <= 0.5


def test_nonsense_in_retry_after_is_passed_over(client: RewardClient, stub: Stub) -> None:
    stub.will_answer(503, headers={"Retry-After": "soon"})
    assert client.score(ONE).rewards == [1.0]


def test_a_service_that_stays_busy_raises_in_the_end(stub: Stub, waits: Waits) -> None:
    for _ in range(3):
        stub.will_answer(503, {"title": "draining"}, {"X-Request-Id": "r-1"})
    with (
        RewardClient(stub.url, retries=2, sleep=waits) as client,
        pytest.raises(Busy, match=r"draining.*3 tries") as caught,
    ):
        client.score(ONE)
    assert (caught.value.status, caught.value.request_id, len(stub.requests)) == (503, "r-1", 3)


def test_a_service_that_is_not_there_raises_unreachable(dead_url: str, waits: Waits) -> None:
    with RewardClient(dead_url, retries=2, sleep=waits) as client, pytest.raises(Unreachable, match="after 3 tries"):
        client.score(ONE)
    assert len(waits.seconds) == 2


def test_the_next_address_is_asked_without_a_pause(stub: Stub, dead_url: str, waits: Waits) -> None:
    with RewardClient(f"{dead_url}, {stub.url}", sleep=waits) as client:
        assert client.score(ONE).rewards == [1.0]
    assert waits.seconds == []


def test_a_busy_service_hands_over_to_the_next(stub: Stub, second_stub: Stub, waits: Waits) -> None:
    stub.will_answer(503)
    with RewardClient([stub.url, second_stub.url], sleep=waits) as client:
        client.score(ONE)
        client.score(ONE)
    assert (len(stub.requests), len(second_stub.requests)) == (1, 2)


def test_a_connection_cut_in_the_middle_of_an_answer_is_tried_again(client: RewardClient, stub: Stub) -> None:
    stub.will_answer(200, b"{", {"Content-Length": "1000"})
    stub.answers.append(lambda request: (200, {"Connection": "close"}, judge(request)))
    assert client.score(ONE).rewards == [1.0]


def test_an_answer_that_does_not_come_is_given_up_and_asked_for_again(
    stub: Stub, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    never, hold = threading.Event(), threading.Event()

    def hang(request: dict[str, Any]) -> Answer:
        hold.wait(10)
        never.set()
        return 200, {}, judge(request)

    stub.answers.append(hang)
    monkeypatch.setattr(core, "REPLY_GRACE_S", 0.1)
    with RewardClient(stub.url, timeout_s=0.1, sleep=waits) as client:
        assert client.score(ONE).rewards == [1.0]
    assert not never.is_set()
    hold.set()


def test_only_the_samples_that_failed_are_sent_again(
    client: RewardClient, stub: Stub, samples: list[dict[str, Any]]
) -> None:
    stub.will_fail_samples("1", "4")
    stub.will_fail_samples("4", code="deadline")
    assert client.score(samples).rewards == [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]
    assert stub.sent_ids()[1:] == [["1", "4"], ["4"]]


def test_a_group_with_a_failed_sample_is_sent_again_whole(client: RewardClient, stub: Stub) -> None:
    samples = [{"completion": "1", "group": "aabb"[n]} for n in range(4)]
    stub.will_fail_samples("2")
    results = client.score(samples, groups={"advantage": "grpo"})
    assert stub.sent_ids()[1:] == [["2", "3"]]
    assert [group.n for group in results.groups] == [2, 2]


def test_a_sample_that_fails_every_time_abstains(stub: Stub, waits: Waits, samples: list[dict[str, Any]]) -> None:
    for _ in range(3):
        stub.will_fail_samples("1")
    with RewardClient(stub.url, retries=2, sleep=waits) as client:
        results = client.score(samples)
    assert results.rewards == [1.0, None, 1.0, 0.0, 1.0, 0.0]
    assert (results[1].error.code, len(stub.requests)) == ("internal_error", 3)


def test_a_service_that_leaves_before_the_second_try_costs_only_the_failed_samples(
    stub: Stub, waits: Waits, samples: list[dict[str, Any]]
) -> None:
    stub.will_fail_samples("1")
    stub.will_answer(503)
    with RewardClient(stub.url, retries=1, sleep=waits) as client:
        assert client.score(samples).rewards == [1.0, None, 1.0, 0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Unauthorized), (403, Unauthorized), (413, TooLarge), (422, BadRequest), (404, BadRequest)],
)
def test_a_refusal_is_final(client: RewardClient, stub: Stub, status: int, kind: type[TruegoldError]) -> None:
    stub.will_answer(status, {"title": "no", "detail": "no verifier 'mth'; known: choice, math"})
    with pytest.raises(kind, match=f"{status} from http.*no verifier 'mth'"):
        client.score(ONE)
    assert len(stub.requests) == 1


def test_a_redirect_says_that_the_address_is_wrong(client: RewardClient, stub: Stub) -> None:
    stub.will_answer(302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(ProtocolError, match="is this the address of the service"):
        client.score(ONE)


def test_one_refused_request_fails_the_call(stub: Stub, samples: list[dict[str, Any]]) -> None:
    stub.will_answer(422, {"title": "no"})
    with RewardClient(stub.url, max_batch=2) as client, pytest.raises(BadRequest):
        client.score(samples)


def test_a_deadline_travels_with_the_request_and_shrinks(stub: Stub) -> None:
    now = [100.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    stub.will_answer(503, headers={"Retry-After": "10"})
    with RewardClient(stub.url, clock=lambda: now[0], sleep=sleep) as client:
        client.score(ONE, deadline_s=60)
    assert stub.requests[0]["deadline_s"] == 60.0
    assert 49.0 <= stub.requests[1]["deadline_s"] <= 50.0


def test_no_retry_is_made_for_which_no_time_is_left(stub: Stub, waits: Waits) -> None:
    stub.will_answer(503, headers={"Retry-After": "10"})
    with RewardClient(stub.url, clock=lambda: 0.0, sleep=waits) as client, pytest.raises(Busy):
        client.score(ONE, deadline_s=5)
    assert waits.seconds == []


def test_samples_that_the_deadline_leaves_unsent_abstain(stub: Stub, samples: list[dict[str, Any]]) -> None:
    now = [0.0]

    def answer_late(request: dict[str, Any]) -> Answer:
        now[0] = 100.0
        return 200, {}, judge(request)

    stub.answers.append(answer_late)
    with RewardClient(stub.url, clock=lambda: now[0], max_batch=3, concurrency=1) as client:
        results = client.score(samples, deadline_s=5)
    assert results.rewards == [1.0, 0.0, 1.0, None, None, None]
    assert results[5].error.code == "deadline"
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    "error",
    [Busy("full", 503, "r-1"), Unreachable("no answer"), ProtocolError("html"), BadRequest("no verifier", 422)],
)
def test_an_exception_survives_pickling(error: TruegoldError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_passwords_in_an_address_are_not_shown(dead_url: str, waits: Waits) -> None:
    url = dead_url.replace("http://", "http://user:pass@")
    with RewardClient(url, retries=0, sleep=waits) as client, pytest.raises(Unreachable) as caught:
        client.score(ONE)
    assert "pass" not in str(caught.value)
    assert "pass" not in repr(client)
