"""A resources server of NeMo-Gym, as NeMo-RL, verifiers and prime-rl (`resources_url`) and Axolotl ask it.

The dataset's row is the ground truth, whole; the last message of the response is judged, behind its reasoning.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.compat.from_url import Terms, judge, read_object, read_terms, refuse_unreadable, spoken
from app.errors import unprocessable
from verifiers.base import Json
from verifiers.engine.frames import to_json

EXAMPLE = {
    "responses_create_params": {"input": [{"role": "user", "content": "What is 2+3?"}]},
    "expected_answer": "5",
    "response": {
        "output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "2+3 = 5"}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "\\boxed{5}"}]},
        ]
    },
}
METRICS = {"verify_responses": [{"_ng_task_index": 0, "reward": 1.0}, {"_ng_task_index": 0, "reward": 0.0}]}
TASK_INDEX = "_ng_task_index"
ECHOED = ("responses_create_params", "response")

router = APIRouter()


@router.post("/seed_session", **spoken("NeMo-Gym: begin a session, of which nothing is kept", {}))
async def seed_session(request: Request) -> Response:
    await read_object(request)
    return Response(to_json({}), media_type="application/json")


@router.post("/verify", **spoken("NeMo-Gym: reward one response", EXAMPLE))
async def verify(request: Request, terms: Annotated[Terms, Depends(read_terms)]) -> Response:
    body = await read_object(request)
    refuse_unreadable(body)
    judged = await judge(request, [_sample(body)], terms)
    scores = {name: values[0] for name, values in judged.scores().items()}
    reply = {**body, "reward": judged.rewards[0], "null": float(judged.nulls), "reward_components": scores}
    return judged.answer({**scores, **reply})


@router.post("/aggregate_metrics", **spoken("NeMo-Gym: means of what /verify said, by task and in all", METRICS))
async def aggregate_metrics(request: Request) -> Response:
    body = await read_object(request)
    refuse_unreadable(body)
    rows = body.get("verify_responses")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unprocessable("verify_responses", "must be a list of objects")
    tasks: dict[str, list[Mapping[str, Json]]] = {}
    for row in rows:
        tasks.setdefault(str(row.get(TASK_INDEX)), []).append(row)
    overall = _means(rows)
    reply = {
        "group_level_metrics": [{TASK_INDEX: task[0].get(TASK_INDEX), **_means(task)} for task in tasks.values()],
        "agent_metrics": overall,
        "key_metrics": {name: value for name, value in overall.items() if name == "mean/reward"},
    }
    return Response(to_json(reply), media_type="application/json")


def _sample(body: Mapping[str, Json]) -> dict[str, Json]:
    params = body.get("responses_create_params")
    prompt = params.get("input") if isinstance(params, dict) else None
    row = {name: value for name, value in body.items() if name not in ECHOED}
    return {"completion": _text(body.get("response")), "prompt": _prompt(prompt), "ground_truth": row}


def _prompt(given: Json) -> Json:
    if not isinstance(given, list):
        return given if isinstance(given, str) else None
    return [item for item in given if isinstance(item, dict) and isinstance(item.get("role"), str)] or None


def _text(response: Json) -> str:
    """Return the last message, with the reasoning that led to it put back in think tags before it.

    Raises:
        RequestError: 422, this is no response.
    """
    output = response.get("output") if isinstance(response, dict) else None
    if not isinstance(output, list):
        raise unprocessable("response.output", "must be a list of output items")
    thinking, text = "", ""
    for item in output:
        kind = item.get("type") if isinstance(item, dict) else None
        if kind == "reasoning":
            thinking += _joined(item.get("summary")) or _joined(item.get("content"))
        elif kind == "message":
            thought = f"<think>{thinking}</think>" if thinking else ""
            thinking, text = "", thought + _joined(item.get("content"))
        else:
            thinking = ""  # a tool call: what was thought before it led to that
    return text


def _joined(parts: Json) -> str:
    if isinstance(parts, str):
        return parts
    texts = [part.get("text") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []
    return "".join(text for text in texts if isinstance(text, str))


def _means(rows: Sequence[Mapping[str, Json]]) -> dict[str, float]:
    names = dict.fromkeys(name for row in rows for name, value in row.items() if _is_number(value))
    return {f"mean/{name}": statistics.fmean(_numbers(rows, name)) for name in names if name != TASK_INDEX}


def _numbers(rows: Sequence[Mapping[str, Json]], name: str) -> Iterable[float]:
    return [float(row[name]) for row in rows if _is_number(row.get(name))]


def _is_number(value: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e300 and math.isfinite(value)
