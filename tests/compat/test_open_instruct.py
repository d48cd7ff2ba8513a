"""POST /test_program and /test_program_stdio with the bodies that open-instruct sends."""

from __future__ import annotations

import base64
import json
import pickle
import zlib
from typing import Any

import httpx
import pytest

ADD = "def add(a, b):\n    return a + b"
ECHO = "print(2 * int(input()))"


def ask(http: httpx.Client, path: str, program: Any, tests: Any, seconds: float = 1.0) -> dict[str, Any]:
    answer = http.post(path, json={"program": program, "tests": tests, "max_execution_time": seconds})
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    assert set(reply) == {"results", "runtimes"}
    assert len(reply["results"]) == len(reply["runtimes"])
    return reply


def test_each_assertion_has_its_own_result(http: httpx.Client) -> None:
    reply = ask(http, "/test_program", ADD, ["assert add(1, 2) == 3", "assert add(1, 1) == 3", "assert add(0, 0) == 0"])
    assert reply["results"] == [1, 0, 1]
    assert all(0 <= seconds < 1 for seconds in reply["runtimes"])


def test_each_input_has_its_own_result(http: httpx.Client) -> None:
    tests = [{"input": "3\n", "output": "6\n"}, {"input": "4\n", "output": "9\n"}]
    assert ask(http, "/test_program_stdio", ECHO, tests)["results"] == [1, 0]


@pytest.mark.parametrize("pack", [lambda text: text, lambda text: pack(text)], ids=["as JSON", "packed"])
def test_tests_may_come_as_text(http: httpx.Client, pack: Any) -> None:
    tests = json.dumps([{"input": "3\n", "output": "6\n"}])
    assert ask(http, "/test_program_stdio", ECHO, pack(tests))["results"] == [1]


def pack(text: str) -> str:
    return base64.b64encode(zlib.compress(pickle.dumps(text))).decode()


def test_a_pickle_that_names_a_function_is_refused(http: httpx.Client) -> None:
    body = {"program": ECHO, "tests": base64.b64encode(zlib.compress(pickle.dumps(print))).decode()}
    answer = http.post("/test_program_stdio", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "tests")


@pytest.mark.parametrize("program", ["def (", "raise SystemExit", "while True: pass", ""])
def test_a_program_that_does_not_run_passes_nothing(http: httpx.Client, program: str) -> None:
    assert ask(http, "/test_program", program, ["assert add(1, 2) == 3"] * 2, 0.3)["results"] == [0, 0]


def test_a_program_may_hold_fences_itself(http: httpx.Client) -> None:
    program = '"""\n```python\nprint(1)\n```\n"""\n' + ADD
    assert ask(http, "/test_program", program, ["assert add(1, 2) == 3"])["results"] == [1]


def test_a_test_that_cannot_be_read_costs_no_other(http: httpx.Client) -> None:
    body = {"program": ADD, "tests": ["assert add(1, 2) == 3", "assert add(", 7], "max_execution_time": 1.0}
    answer = http.post("/test_program", json=body)
    assert answer.json()["results"] == [1, 0, 0]
    assert answer.json()["runtimes"][1:] == [-1.0, -1.0]
    assert answer.headers["X-Truegold-Nulls"] == "2"


def test_a_time_that_no_float_holds_is_a_long_one(http: httpx.Client) -> None:
    body = {"program": "x = 1", "tests": ["assert x == 1"], "max_execution_time": 10**400}
    assert http.post("/test_program", json=body).json()["results"] == [1]
