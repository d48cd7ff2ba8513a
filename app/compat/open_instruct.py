"""open-instruct, `--code_api_url http://host/test_program`: one program and its tests, a 0 or 1 for each test.

The trainer derives `/test_program_stdio` from the address by itself. It retries nothing and scores any error as 0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.compat.from_url import Terms, judge, read_object, read_terms, spoken
from app.errors import unprocessable
from app.service import Service
from verifiers.base import Json, TruthError
from verifiers.engine.batch import Result
from verifiers.rules.program.packed import unpacked

ASSERTS = {
    "program": "def add(a, b):\n    return a + b",
    "tests": ["assert add(1, 2) == 3"],
    "max_execution_time": 1.0,
}
STDIO = {
    "program": "print(2 * int(input()))",
    "tests": [{"input": "3\n", "output": "6\n"}],
    "max_execution_time": 1.0,
}
DEFAULT_TIME_S = 1.0
NOT_RUN_S = -1.0
FENCE = "`" * 32  # longer than any in the program

router = APIRouter()
AskedInUrl = Annotated[Terms, Depends(read_terms)]


@router.post("/test_program", **spoken("open-instruct: a program against assertions", ASSERTS))
async def test_program(request: Request, terms: AskedInUrl) -> Response:
    return await _test(request, terms)


@router.post("/test_program_stdio", **spoken("open-instruct: a program against inputs and outputs", STDIO))
async def test_program_stdio(request: Request, terms: AskedInUrl) -> Response:
    return await _test(request, terms)


async def _test(request: Request, terms: Terms) -> Response:
    """Judge each test by itself, so that one that cannot be read costs no other."""
    body = await read_object(request)
    service: Service = request.app.state.service
    options = {"time_limit_s": _time_limit_s(body, service.settings.code_max_time_limit_s)}
    completion = _fenced(body.get("program"))
    samples = [{"completion": completion, "ground_truth": _truth(test), "options": options} for test in _tests(body)]
    judged = await judge(request, samples, replace(terms, recipe="accuracy", verifier="code"))
    results = [int(reward == 1.0) for reward in judged.rewards]
    return judged.answer({"results": results, "runtimes": [_runtime_s(result) for result in judged.results]})


def _fenced(program: Json) -> Json:
    """Fence a program that the trainer has cut out already, so that all of it is judged, whatever it contains."""
    return f"{FENCE}python\n{program}\n{FENCE}" if isinstance(program, str) else program


def _time_limit_s(body: Mapping[str, Json], ceiling_s: float) -> float:
    asked = body.get("max_execution_time", DEFAULT_TIME_S)
    if isinstance(asked, bool) or not isinstance(asked, int | float) or asked <= 0:
        raise unprocessable("max_execution_time", "must be a positive number of seconds")
    return float(min(asked, ceiling_s))  # first the least: no float holds every integer


def _tests(body: Mapping[str, Json]) -> list[Json]:
    tests = body.get("tests")
    if isinstance(tests, str):
        tests = _read_text(tests)
    if not isinstance(tests, list):
        raise unprocessable("tests", "must be a list, as it is, as JSON, or as LiveCodeBench packs it")
    return tests


def _read_text(tests: str) -> Json:
    try:
        return json.loads(unpacked(tests))
    except (TruthError, ValueError, RecursionError) as error:
        raise unprocessable("tests", str(error)) from error


def _truth(test: Json) -> Json:
    return {"asserts": [test]} if isinstance(test, str) else {"tests": [test]}


def _runtime_s(result: Result) -> float:
    tests = result.scores[0].evidence.get("tests") or ()
    return sum(test["cpu_s"] for test in tests) if tests else NOT_RUN_S
