"""verl's sandbox client and SandboxFusion's own SDK, which ask for one run of a program at a time."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest
import sandbox_fusion
from verl.utils.reward_score import sandbox_fusion as verl_client

from tests.conftest import Service

DOUBLE = "```python\nprint(2 * int(input()))\n```"
CASES = {"inputs": ["3\n", "5\n"], "outputs": ["6\n", "10\n"]}
FUNCTION = "```python\ndef double(x):\n    return 2 * x\n```"


def score(url: str, completion: str, cases: dict[str, Any], timeout: float = 10) -> tuple[float, list[Any]]:
    result: tuple[float, list[Any]] = verl_client.compute_score(
        f"{url}/run_code", threading.Semaphore(8), 1024, completion, cases, timeout=timeout
    )
    return result


@pytest.mark.parametrize(
    ("completion", "cases", "expected"),
    [
        (DOUBLE, CASES, 1.0),
        (DOUBLE, {**CASES, "outputs": ["6\n", "11\n"]}, 0.5),
        (FUNCTION, {"inputs": ["3", "5"], "outputs": ["6", "10"], "fn_name": "double"}, 1.0),
        (FUNCTION, {"assert_case": ["assert double(3) == 6", "assert double(3) == 7"]}, 0.5),
        ("```python\nraise ValueError\n```", CASES, 0.0),
        ("```python\ndef (\n```", CASES, 0.0),
    ],
    ids=["inputs", "half right", "a function", "assertions", "raises", "no program"],
)
def test_verl_scores_by_its_own_cases(
    service_url: str, completion: str, cases: dict[str, Any], expected: float
) -> None:
    assert score(service_url, completion, dict(cases))[0] == expected


def test_verl_sees_a_time_out_as_a_time_out(service_url: str) -> None:
    paid, metadata = score(service_url, "```python\nwhile True: pass\n```", dict(CASES), timeout=1)
    assert (paid, metadata[0]["status"]) == (0.0, "timeout")


def test_the_sdk_runs_a_program_with_files(service_url: str) -> None:
    sandbox_fusion.set_endpoint(service_url)
    request = sandbox_fusion.RunCodeRequest(
        code="print(open('name.txt').read())",
        language="python",
        files={"name.txt": base64.b64encode(b"gold").decode()},
    )
    reply = sandbox_fusion.run_code(request)
    assert (reply.status, reply.run_result.stdout) == (sandbox_fusion.RunStatus.Success, "gold\n")


def test_the_sdk_sees_a_failure_as_a_failure(service_url: str) -> None:
    sandbox_fusion.set_endpoint(service_url)
    reply = sandbox_fusion.run_code(sandbox_fusion.RunCodeRequest(code="1/0", language="python"))
    assert reply.status == sandbox_fusion.RunStatus.Failed
    assert "ZeroDivisionError" in reply.run_result.stderr


def test_the_sdk_asks_again_through_a_restart(mortal: Service) -> None:
    sandbox_fusion.set_endpoint(mortal.url)
    mortal.kill()
    starting = threading.Thread(target=mortal.start)
    starting.start()
    reply = sandbox_fusion.run_code(sandbox_fusion.RunCodeRequest(code="print(1)", language="python"), max_attempts=8)
    starting.join()
    assert reply.run_result.stdout == "1\n"


def test_verl_takes_a_service_that_is_away_for_a_failed_case(mortal: Service) -> None:
    """Why a proxy that answers 504 belongs before it: that is the one failure that verl asks again after."""
    mortal.kill()
    assert score(mortal.url, DOUBLE, dict(CASES))[0] == 0.0
