"""Requests take turns."""

from __future__ import annotations

import threading

from verifiers.engine.queue import TURN_S, Line, TurnQueue


def queue_of(goes_along: bool = False) -> TurnQueue[str]:
    return TurnQueue(goes_along=lambda _: goes_along)


def test_two_requests_are_served_one_item_each_in_turn() -> None:
    queue, large, small = queue_of(), Line[str](), Line[str]()
    queue.put(large, ["a1", "a2", "a3"])
    queue.put(small, ["b1"])
    assert [queue.take() for _ in range(4)] == [["a1"], ["b1"], ["a2"], ["a3"]]


def test_a_turn_holds_several_items_only_where_they_go_along() -> None:
    queue, line = TurnQueue[str](goes_along=str.islower), Line[str]()
    queue.put(line, ["a", "b", "C", "d"])
    assert [queue.take(10), queue.take(10), queue.take(10)] == [["a", "b"], ["C"], ["d"]]


def test_a_turn_is_no_longer_than_asked() -> None:
    queue, line = queue_of(goes_along=True), Line[str]()
    queue.put(line, ["a", "b", "c"])
    assert queue.take(2) == ["a", "b"]


def test_what_is_put_later_waits_for_the_rest_of_its_own_request_only() -> None:
    queue, one, two = queue_of(), Line[str](), Line[str]()
    queue.put(one, ["long"], later=True)
    queue.put(one, ["short"])
    queue.put(two, ["x", "y"])
    assert [queue.take() for _ in range(4)] == [["short"], ["x"], ["long"], ["y"]]


def test_dropping_a_line_forgets_its_items_and_keeps_the_others() -> None:
    queue, gone, staying = queue_of(), Line[str](), Line[str]()
    queue.put(gone, ["a", "b"])
    queue.put(staying, ["c"])
    queue.drop(gone)
    assert len(queue) == 1
    assert queue.take() == ["c"]


def test_a_line_whose_turn_was_long_stands_back_until_others_have_had_as_much() -> None:
    queue, sleepers, honest = queue_of(), Line[str](), Line[str]()
    queue.put(sleepers, ["z1", "z2"])
    assert queue.take() == ["z1"]
    queue.charge(sleepers, 4 * TURN_S)
    queue.put(honest, ["a", "b", "c", "d"])
    assert [queue.take() for _ in range(5)] == [["a"], ["b"], ["c"], ["z2"], ["d"]]


def test_where_all_lines_stand_back_the_one_that_owes_least_is_served() -> None:
    queue, one, two = queue_of(), Line[str](), Line[str]()
    queue.put(one, ["a"])
    queue.put(two, ["b"])
    queue.charge(one, 3.0)
    queue.charge(two, 2.0)
    assert [queue.take(), queue.take()] == [["b"], ["a"]]


def test_closing_lets_everyone_who_waits_go() -> None:
    queue = queue_of()
    answers: list[list[str] | None] = []
    waiting = threading.Thread(target=lambda: answers.append(queue.take()))
    waiting.start()
    queue.close()
    waiting.join(5)
    assert answers == [None]


def test_a_client_s_many_requests_are_one_turn_for_another_s_single_one() -> None:
    queue = queue_of()
    many = [Line[str]("greedy") for _ in range(100)]
    for number, line in enumerate(many):
        queue.put(line, [f"g{number}", f"g{number} again"])
    queue.put(Line[str]("modest"), ["m1", "m2"])
    assert [queue.take() for _ in range(5)] == [["g0"], ["m1"], ["g1"], ["m2"], ["g2"]]
    assert len(queue) == 197


def test_the_requests_of_one_client_take_turns_too() -> None:
    queue, one, two = queue_of(), Line[str]("same"), Line[str]("same")
    queue.put(one, ["a1", "a2"])
    queue.put(two, ["b1"])
    assert [queue.take(), queue.take(), queue.take()] == [["a1"], ["b1"], ["a2"]]


def test_a_long_turn_of_one_request_sets_its_client_back() -> None:
    queue, sleepers, more, honest = queue_of(), Line[str]("bad"), Line[str]("bad"), Line[str]("good")
    queue.put(sleepers, ["z1"])
    queue.put(more, ["z2"])
    assert queue.take() == ["z1"]
    queue.charge(sleepers, 3 * TURN_S)
    queue.put(honest, ["a", "b", "c"])
    assert [queue.take() for _ in range(4)] == [["a"], ["b"], ["z2"], ["c"]]


def test_dropping_one_of_a_client_s_requests_keeps_its_others() -> None:
    queue, gone, staying = queue_of(), Line[str]("same"), Line[str]("same")
    queue.put(gone, ["a"])
    queue.put(staying, ["b"])
    queue.drop(gone)
    queue.drop(staying)
    queue.put(staying, ["c"])
    assert queue.take() == ["c"]
    assert len(queue) == 0
