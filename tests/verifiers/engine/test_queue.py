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
