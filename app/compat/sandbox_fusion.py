"""SandboxFusion's `POST /run_code`, as verl, ROLL, tinker-cookbook and its own SDK ask it: run one program.

Nothing is judged here: the client brings the input, or its own tests, and compares. What a client writes into the
program's files is in reach of the program. A wait that would pass the client's own limits is answered with 504, the
one status that verl tries again.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.compat.from_url import BUSY_PAUSE_S, read_object, refuse_unreadable, spoken
from app.errors import RequestError, unprocessable
from app.hangup import unless_gone
from app.service import Service
from app.settings import Settings
from verifiers.base import Json
from verifiers.engine.engine import EngineBusyError
from verifiers.engine.frames import to_json
from verifiers.engine.program import Limits, NotRun, Outcome, Program, Run, Status, run_program
from verifiers.rules.program.languages import canonical

EXAMPLE = {"code": "print(2 * int(input()))", "language": "python", "stdin": "3\n", "run_timeout": 10}
MOST_S = 86_400.0
DEFAULT_TIME_S = 10.0
WAIT_MARGIN_S = 8.0  # verl waits 10 s longer than the two time limits; the answer must be there before
DEFAULT_MEMORY_MB = 1024
KILLED = -9

router = APIRouter()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A program to run, and how long its client waits."""

    run: Run
    wait_s: float


@router.post("/run_code", **spoken("SandboxFusion: run one program", EXAMPLE))
async def run_code(request: Request) -> Response:
    service: Service = request.app.state.service
    body = await read_object(request)
    refuse_unreadable(body)
    if _has_surrogates(body.get("code")):
        return _json(_failed("SyntaxError: a lone surrogate, which no source file can hold"))
    asked = _read(body, service.settings)
    try:
        outcome = await unless_gone(request, _run(service, asked))
    except NotRun as error:
        return _json(_answer("SandboxError", message=str(error)))
    return _json(_answer("Success" if outcome.status is Status.OK else "Failed", _run_result(outcome)))


async def _run(service: Service, asked: _Asked) -> Outcome:
    try:
        async with asyncio.timeout(asked.wait_s):
            await service.readiness.wait()
            return await _taken(service, asked)
    except TimeoutError:
        message = f"the program had not ended after {asked.wait_s:g} s, its time in the queue included; try again"
        raise RequestError(HTTPStatus.GATEWAY_TIMEOUT, message) from None


async def _taken(service: Service, asked: _Asked) -> Outcome:
    while True:
        try:
            return await run_program(service.engine, asked.run, asked.wait_s)
        except EngineBusyError:
            await asyncio.sleep(BUSY_PAUSE_S)


# ------------------------------------------------------------------------------------------------------------ reading


def _read(body: Mapping[str, Json], settings: Settings) -> _Asked:
    run_s, compile_s = _seconds(body, "run_timeout"), _seconds(body, "compile_timeout")
    limit_s = min(run_s, settings.code_max_time_limit_s)
    limits = Limits(
        cpu_s=limit_s,
        blocked_s=limit_s,
        wall_s=60.0 + 6.0 * limit_s,
        memory_bytes=_memory_mb(body, settings.code_max_memory_mb) * 2**20,
    )
    stdin = _text(body, "stdin").encode("utf-8", "surrogatepass")
    return _Asked(Run(_program(body), stdin, limits), compile_s + run_s + WAIT_MARGIN_S)


def _program(body: Mapping[str, Json]) -> Program:
    code, asked = body.get("code"), body.get("language", "python")
    if not isinstance(code, str) or not isinstance(asked, str):
        raise unprocessable("code", "code and language must be strings")
    language = canonical(asked) or asked
    files = _files(body.get("files"))
    if files and language == "python":
        code = _with_files(code, files)
    return Program(language, code)


def _seconds(body: Mapping[str, Json], name: str) -> float:
    asked = body.get(name)
    if asked is None:
        return DEFAULT_TIME_S
    if isinstance(asked, bool) or not isinstance(asked, int | float) or asked <= 0:
        raise unprocessable(name, "must be a positive number of seconds")
    return float(min(asked, MOST_S))  # first the least: no float holds every integer


def _memory_mb(body: Mapping[str, Json], most_mb: int) -> int:
    """Read the memory limit; -1 asks for as much as there may be."""
    asked = body.get("memory_limit_MB")
    if asked is None:
        return min(DEFAULT_MEMORY_MB, most_mb)
    if isinstance(asked, bool) or not isinstance(asked, int | float):
        raise unprocessable("memory_limit_MB", "must be a number")
    return most_mb if asked <= 0 else min(max(int(asked), 16), most_mb)


def _text(body: Mapping[str, Json], name: str) -> str:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise unprocessable(name, "must be a string")
    return value or ""


def _files(value: Json) -> dict[str, bytes]:
    given = {} if value is None else value
    if not isinstance(given, dict):
        raise unprocessable("files", "must be an object of names and base64 texts")
    return {name: _decoded(name, text) for name, text in given.items() if text is not None}


def _decoded(name: str, text: Json) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise unprocessable(f"files.{name[:100]}", "is no base64 text") from error


_WRITES_FILES = """\
import os, sys
for _name, _data in {files!r}.items():
    os.makedirs(os.path.dirname(_name) or ".", exist_ok=True)
    with open(_name, "wb") as _file:
        _file.write(_data)
sys.path.insert(0, os.getcwd())
del _name, _data, _file
exec(compile({code!r}, "main.py", "exec", dont_inherit=True))
"""


def _with_files(code: str, files: Mapping[str, bytes]) -> str:
    """Let the program itself lay its files into its folder: a run has no other way to bring some."""
    return _WRITES_FILES.format(files=dict(files), code=code)


def _has_surrogates(code: Json) -> bool:
    return isinstance(code, str) and any("\ud800" <= letter <= "\udfff" for letter in code)


# ------------------------------------------------------------------------------------------------------------ writing


def _run_result(outcome: Outcome) -> dict[str, Json]:
    timed_out = outcome.status in (Status.CPU_TIME_EXCEEDED, Status.WALL_TIME_EXCEEDED)
    return _result(
        "TimeLimitExceeded" if timed_out else "Finished",
        None if timed_out else _return_code(outcome),
        outcome.stdout.decode("utf-8", "replace"),
        outcome.stderr.decode("utf-8", "replace") or _unsaid(outcome),
        outcome.wall_s,
    )


def _return_code(outcome: Outcome) -> int:
    """Return the exit code, or minus the signal; a program that was ended over a limit was killed."""
    if outcome.status is Status.OK:
        return 0
    if outcome.exit_code:
        return outcome.exit_code
    return -outcome.signal if outcome.signal else KILLED


def _unsaid(outcome: Outcome) -> str:
    return "" if outcome.status in (Status.OK, Status.NONZERO_EXIT) else f"ended: {outcome.status}"


def _result(status: str, return_code: int | None, stdout: str, stderr: str, time_s: float) -> dict[str, Json]:
    return {
        "status": status,
        "execution_time": round(time_s, 4),
        "return_code": return_code,
        "stdout": stdout,
        "stderr": stderr,
    }


def _failed(stderr: str) -> dict[str, Json]:
    return _answer("Failed", _result("Finished", 1, "", stderr, 0.0))


def _answer(status: str, run_result: dict[str, Json] | None = None, message: str = "") -> dict[str, Json]:
    return {
        "status": status,
        "message": message,
        "compile_result": None,
        "run_result": run_result,
        "executor_pod_name": None,
        "files": {},
    }


def _json(body: dict[str, Json]) -> Response:
    return Response(to_json(body), media_type="application/json")
