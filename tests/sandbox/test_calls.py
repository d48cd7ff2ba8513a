from __future__ import annotations

import types
from typing import Any

import pytest

from sandbox import plain
from sandbox.zygote.calls import answer_calls


def replies(source: str, *requests: dict[str, Any]) -> list[Any]:
    module = types.ModuleType("solution")
    exec(source, module.__dict__)
    waiting = [plain.encode(request) for request in requests]
    written: list[bytes] = []
    answer_calls(module.__dict__, lambda: waiting.pop(0) if waiting else None, written.append)
    return [plain.decode(frame) for frame in written]


def reply(source: str, entry: str = "f", *args: object, **more: Any) -> Any:
    return replies(source, {"entry": entry, "args": list(args), "kwargs": {}, **more})[0]


def test_a_function_is_called_with_its_arguments() -> None:
    request = {"entry": "f", "args": [1, 2], "kwargs": {"c": 3}}
    assert replies("def f(a, b, c): return (a, b, c)", request) == [{"value": (1, 2, 3)}]


def test_requests_are_answered_in_order() -> None:
    requests = [{"entry": "f", "args": [n], "kwargs": {}} for n in range(3)]
    assert replies("def f(n): return n * n", *requests) == [{"value": 0}, {"value": 1}, {"value": 4}]


SOLUTION = """
class Solution:
    def f(self, n):
        self.seen = getattr(self, "seen", 0) + 1
        return n + self.seen
    @staticmethod
    def g(n):
        return -n
"""


@pytest.mark.parametrize("entry", ["f", "Solution().f"])
def test_a_method_of_solution_is_called_on_a_fresh_instance(entry: str) -> None:
    request = {"entry": entry, "args": [1], "kwargs": {}}
    assert replies(SOLUTION, request, request) == [{"value": 2}, {"value": 2}]


def test_a_method_may_be_named_through_its_class() -> None:
    assert reply(SOLUTION, "Solution.g", 1) == {"value": -1}


def test_a_function_goes_before_a_method_of_solution() -> None:
    assert reply(SOLUTION + "\ndef f(n): return 'function'", "f", 1) == {"value": "function"}


@pytest.mark.parametrize("entry", ["g", "Missing().f", "Solution().missing", "number"])
def test_a_missing_entry_is_reported(entry: str) -> None:
    assert reply("number = 3\nclass Solution: pass", entry) == {"missing": entry}


def test_finding_calls_nothing() -> None:
    assert replies("def f(): raise SystemExit", {"find": "f"}, {"find": "g"}) == [{"found": True}, {"missing": "g"}]


@pytest.mark.parametrize("error", ["ValueError('x')", "SystemExit(0)", "KeyboardInterrupt()", "MemoryError()"])
def test_whatever_is_raised_is_reported(error: str) -> None:
    answer = reply(f"def f(): raise {error}")
    assert answer["raised"] == error.partition("(")[0]
    assert "solution" not in answer


def test_endless_recursion_is_reported() -> None:
    assert reply("def f(): return f()")["raised"] == "RecursionError"


def test_the_loop_goes_on_after_an_exception() -> None:
    requests = [{"entry": "f", "args": [n], "kwargs": {}} for n in (0, 1)]
    first, second = replies("def f(n): return 1 // n", *requests)
    assert first["raised"] == "ZeroDivisionError"
    assert second == {"value": 1}


def test_an_exception_that_cannot_be_written_is_reported() -> None:
    source = "class E(Exception):\n    def __str__(self): raise SystemExit\ndef f(): raise E"
    assert reply(source)["raised"] == "E"


def test_a_value_that_cannot_be_written_is_a_handle() -> None:
    answer = reply("def f():\n    x = []\n    x.append(x)\n    return x")
    assert plain.has_handle(answer["value"])


def test_a_generator_is_a_handle() -> None:
    assert plain.has_handle(reply("def f(): yield 1")["value"])


def test_a_generator_is_drained_where_that_is_asked() -> None:
    assert reply("def f(): yield 1; yield 2", drain=True) == {"value": [1, 2]}


def test_a_plain_container_is_not_drained() -> None:
    assert reply("def f(): return {1: 2}", drain=True) == {"value": {1: 2}}
    assert reply("def f(): return 3", drain=True) == {"value": 3}


def test_arguments_are_fresh_for_each_call() -> None:
    request = {"entry": "f", "args": [[1]], "kwargs": {}}
    assert replies("def f(x):\n    x.append(2)\n    return x", request, request) == [{"value": [1, 2]}] * 2


def test_an_unreadable_request_is_reported() -> None:
    written: list[bytes] = []
    frames = [b"?"]
    answer_calls({}, lambda: frames.pop() if frames else None, written.append)
    assert plain.decode(written[0])["raised"] == "ValueError"
