"""POST /v1/rewards: a batch of rollouts in, a reward for each out, as one JSON answer or as a stream of lines."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.body import apart, is_small, read_json
from app.grouping import Votes, group_votes
from app.hangup import CLIENT_CLOSED_REQUEST, ClientGone, gone, unless_gone
from app.openapi import described
from app.reading import Reader, bounded_deadline_s, check_count, read_shape
from app.schemas import GroupsAsked, Problem, RewardsRequest, RewardsResponse, SummaryLine
from app.service import Service
from app.writing import Writer, summary, whole_answer
from verifiers.engine.batch import Batch, Result, Rollout
from verifiers.engine.frames import to_json

NDJSON = "application/x-ndjson"
HEARTBEAT_S = 15.0

router = APIRouter()

EXAMPLE = {
    "recipe": "r1-zero",
    "samples": [
        {
            "id": "p17-3",
            "group": "p17",
            "prompt": "What is 6*7?",
            "completion": "<think>6*7 = 42</think><answer>\\boxed{42}</answer>",
            "ground_truth": "42",
            "verifier": "math",
        }
    ],
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that has been read: what to judge, how to write it down, and until when."""

    rollouts: list[Rollout]
    writer: Writer
    groups: GroupsAsked
    until: float  # on the monotonic clock


@router.post(
    "/v1/rewards", **described(RewardsRequest, RewardsResponse, Problem, EXAMPLE, "Reward a batch of rollouts")
)
async def rewards(request: Request) -> Response:
    service: Service = request.app.state.service
    asked = await _read(request, service)
    await service.readiness.wait()
    if NDJSON in request.headers.get("accept", ""):
        return await _stream(request, service, asked)
    batch = Batch(asked.rollouts, asked.groups.advantage)
    await batch.begin(service.engine, at_once=is_small(len(asked.rollouts)))
    try:
        votes = await unless_gone(request, _judged(service, asked, batch))
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    body = await apart(len(asked.rollouts), _whole, asked, batch, votes)
    return Response(body, media_type="application/json")


async def _judged(service: Service, asked: _Asked, batch: Batch) -> Votes:
    """Wait for the batch, then let its groups vote where that is asked."""
    await service.finish(batch, asked.until - time.monotonic())
    return await group_votes(service.engine, finished(batch), asked.until) if asked.groups.vote else {}


async def _read(request: Request, service: Service) -> _Asked:
    settings = service.settings
    data = await read_json(request, settings.max_body_bytes)
    return await apart(_samples_in(data), _understand, data, service)


def _samples_in(data: object) -> int:
    """Count the samples of a body that has not been checked yet."""
    samples = data.get("samples") if isinstance(data, dict) else None
    return len(samples) if isinstance(samples, list) else 0


def _understand(data: object, service: Service) -> _Asked:
    settings = service.settings
    read = read_shape(data, RewardsRequest)
    check_count(len(read.samples), settings.max_samples)
    deadline_s = bounded_deadline_s(read.deadline_s, settings.default_deadline_s, settings.max_deadline_s)
    until = time.monotonic() + deadline_s
    rollouts = Reader(service.registry, service.recipes, read).read()
    writer = Writer.of(rollouts, read.explain, read.on_null)
    return _Asked(rollouts, writer, read.groups or GroupsAsked(), until)


def _whole(asked: _Asked, batch: Batch, votes: Votes) -> bytes:
    results = finished(batch)
    made = summary(asked.rollouts, results, asked.writer, asked.groups, batch.timing, votes)
    return to_json(whole_answer(results, asked.writer, made))


def finished(batch: Batch) -> list[Result]:
    return [result for result in batch.results if result is not None]


async def _stream(request: Request, service: Service, asked: _Asked) -> Response:
    """Send each result the moment it is final; the response begins when everything is queued."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[bytes] = asyncio.Queue()

    def on_results(results: Sequence[tuple[int, Result]]) -> None:
        text = b"".join(to_json(asked.writer.result(result, index)) + b"\n" for index, result in results)
        loop.call_soon_threadsafe(lines.put_nowait, text)

    batch = Batch(asked.rollouts, asked.groups.advantage, on_results)
    await batch.begin(service.engine)
    return StreamingResponse(_lines(request, service, asked, batch, lines), media_type=NDJSON)


async def _lines(
    request: Request, service: Service, asked: _Asked, batch: Batch, lines: asyncio.Queue[bytes]
) -> AsyncIterator[bytes]:
    judging = asyncio.ensure_future(_judged(service, asked, batch))
    leaving = asyncio.ensure_future(gone(request))
    try:
        while not (judging.done() and lines.empty()):
            if leaving.done():
                return
            yield await _next_line(lines, judging, leaving)
        yield await asyncio.to_thread(_last_line, asked, batch, await judging)
    finally:
        leaving.cancel()
        judging.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await judging


async def _next_line(
    lines: asyncio.Queue[bytes], judging: asyncio.Future[Votes], leaving: asyncio.Future[None]
) -> bytes:
    """Return what is ready; a blank line when nothing is for a while, nothing when there is nothing to wait for."""
    getting = asyncio.ensure_future(lines.get())
    waited_for: set[asyncio.Future[Any]] = {getting, judging, leaving}
    await asyncio.wait(waited_for, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
    if not getting.done():
        getting.cancel()
        return b"" if judging.done() or leaving.done() else b"\n"
    parts = [getting.result()]
    while not lines.empty():
        parts.append(lines.get_nowait())
    return b"".join(parts)


def _last_line(asked: _Asked, batch: Batch, votes: Votes) -> bytes:
    line = SummaryLine(summary(asked.rollouts, finished(batch), asked.writer, asked.groups, batch.timing, votes))
    return to_json(line) + b"\n"
