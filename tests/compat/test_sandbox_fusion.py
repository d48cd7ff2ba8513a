"""POST /run_code with the bodies that verl, ROLL, tinker-cookbook and the SDK send."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import running_service

VERL: dict[str, Any] = {
    "compile_timeout": 10,
    "run_timeout": 10,
    "code": "a, b = map(int, input().split())\nprint(a + b)",
    "stdin": "1 2\n",
    "memory_limit_MB": 1024,
    "language": "python",
    "files": {},
    "fetch_files": [],
}


def run(http: httpx.Client, **body: Any) -> dict[str, Any]:
    answer = http.post("/run_code", json={**VERL, **body})
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    assert set(reply) == {"status", "message", "compile_result", "run_result", "executor_pod_name", "files"}
    if (result := reply["run_result"]) is not None:
        assert isinstance(result["stdout"], str)
        assert isinstance(result["stderr"], str)
    return reply


def test_a_program_that_ends_well_is_a_success_with_its_output(http: httpx.Client) -> None:
    reply = run(http)
    assert reply["status"] == "Success"
    assert (reply["run_result"]["status"], reply["run_result"]["return_code"]) == ("Finished", 0)
    assert (reply["run_result"]["stdout"], reply["run_result"]["stderr"]) == ("3\n", "")


def test_a_program_that_raises_has_failed_and_says_why(http: httpx.Client) -> None:
    reply = run(http, code="print('so far')\nraise ValueError('no')")
    assert (reply["status"], reply["run_result"]["return_code"]) == ("Failed", 1)
    assert reply["run_result"]["stdout"] == "so far\n"
    assert "ValueError: no" in reply["run_result"]["stderr"]


def test_a_syntax_error_is_the_programs_own(http: httpx.Client) -> None:
    assert run(http, code="def (")["status"] == "Failed"


@pytest.mark.parametrize("code", ["while True: pass", "import time; time.sleep(60)"])
def test_a_program_over_its_time_has_no_return_code(http: httpx.Client, code: str) -> None:
    reply = run(http, code=code, run_timeout=0.5)
    assert (reply["status"], reply["run_result"]["status"]) == ("Failed", "TimeLimitExceeded")
    assert reply["run_result"]["return_code"] is None


def test_a_program_over_its_memory_was_killed(http: httpx.Client) -> None:
    reply = run(http, code="x = bytearray(10**9)", memory_limit_MB=128)
    assert (reply["status"], reply["run_result"]["status"]) == ("Failed", "Finished")
    assert reply["run_result"]["return_code"] != 0


def test_memory_without_a_limit_is_what_the_operator_allows(http: httpx.Client) -> None:
    assert run(http, memory_limit_MB=-1)["status"] == "Success"


def test_files_lie_beside_the_program_and_can_be_imported(http: httpx.Client) -> None:
    files = {"data/cases.txt": "seven", "helper.py": "def double(x):\n    return 2 * x\n"}
    encoded = {name: base64.b64encode(text.encode()).decode() for name, text in files.items()}
    code = "from helper import double\nprint(double(3), open('data/cases.txt').read())"
    reply = run(http, code=code, files={**encoded, "absent": None})
    assert reply["run_result"]["stdout"] == "6 seven\n", reply


def test_what_rolls_client_adds_is_ignored_and_the_output_is_never_null(http: httpx.Client) -> None:
    reply = run(http, code="pass", expected_stdout="3", stdin=None)
    assert (reply["run_result"]["stdout"], reply["run_result"]["stderr"]) == ("", "")


def test_a_language_that_is_not_here_is_our_failure_and_not_the_programs(http: httpx.Client) -> None:
    reply = run(http, language="brainfuck")
    assert (reply["status"], reply["run_result"]) == ("SandboxError", None)
    assert "brainfuck" in reply["message"]


def test_a_lone_surrogate_is_no_source(http: httpx.Client) -> None:
    answer = http.post("/run_code", content=json.dumps({**VERL, "code": "print('\ud800')"}).encode())
    assert answer.status_code == 200
    assert answer.json()["status"] == "Failed"


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", 7), ("run_timeout", -1), ("run_timeout", "x"), ("files", {"a": "%"}), ("stdin", 3), ("files", [])],
)
def test_a_body_that_cannot_be_read_is_refused_by_the_name_of_its_field(
    http: httpx.Client, field: str, value: Any
) -> None:
    answer = http.post("/run_code", json={**VERL, field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].partition(".")[0] == field


def test_a_wait_past_the_programs_own_limits_is_a_504(tmp_path: Path) -> None:
    """The one core is busy for longer than the client of the second program waits."""
    busy = {**VERL, "code": "while True: pass", "run_timeout": 9}
    hurried = {**VERL, "run_timeout": 0.05, "compile_timeout": 0.05}

    async def statuses(url: str) -> int:
        async with httpx.AsyncClient(base_url=url, timeout=60) as http:
            occupying = asyncio.ensure_future(http.post("/run_code", json=busy))
            await http.get("/healthz")  # by now the first has arrived
            answer = await http.post("/run_code", json=hurried)
            occupying.cancel()
            await asyncio.wait([occupying])
            return answer.status_code

    with running_service(tmp_path, {"TRUEGOLD_CORES": "1"}) as url:
        assert asyncio.run(statuses(url)) == 504


def test_a_time_that_no_float_holds_is_a_long_one(http: httpx.Client) -> None:
    answer = http.post("/run_code", json={"code": "print(1)", "language": "python", "run_timeout": 10**400})
    assert answer.json()["status"] == "Success"
