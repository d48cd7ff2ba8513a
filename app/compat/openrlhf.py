"""OpenRLHF, `--reward.remote_url http://host/get_reward` (once `--remote_rm_url`): one sample a request, or many.

The reply is always lists: a scalar breaks older releases. `rewards` drives the advantage and `scores`, from 0 to 1, the
dynamic filtering; `extra_logs` are means in the trainer's log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.compat.from_url import Terms, judge, read_object, read_terms, spoken
from app.errors import unprocessable
from verifiers.base import Json
from verifiers.text.special_tokens import END_TOKENS, TURN_TOKENS

EXAMPLE = {
    "query": ["What is 2+3?\nIt is \\boxed{5}</s>"],
    "prompts": ["What is 2+3?\n"],
    "labels": ["5"],
}
LEAST_CHARS_LEFT = 16  # of a prompt that was cut off, to tell it from a response that happens to begin alike
SPECIAL_TOKENS = (*TURN_TOKENS, *END_TOKENS)

router = APIRouter()


@router.post("/get_reward", **spoken("OpenRLHF: reward queries", EXAMPLE))
async def get_reward(request: Request, terms: Annotated[Terms, Depends(read_terms)]) -> Response:
    judged = await judge(request, _samples(await read_object(request)), terms)
    nulls = [float(result.reward.value is None) for result in judged.results]
    logs = {**judged.scores(), "null": nulls}
    return judged.answer({"rewards": judged.rewards, "scores": judged.accuracies, "extra_logs": logs})


def _samples(body: Mapping[str, Json]) -> list[dict[str, Json]]:
    if "query" not in body:
        raise unprocessable("query", "is missing: a list of prompts with their responses")
    queries = _listed(body["query"])
    prompts, labels = _listed(body.get("prompts")), _listed(body.get("labels"))
    return [_sample(query, _at(prompts, index), _at(labels, index)) for index, query in enumerate(queries)]


def _listed(value: Json) -> list[Json]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _at(values: list[Json], index: int) -> Json:
    return values[index] if index < len(values) else None


def _sample(query: Json, prompt: Json, label: Json) -> dict[str, Json]:
    if isinstance(query, str) and isinstance(prompt, str):
        query = query[_end_of_prompt(query, prompt) :]
    return {"completion": query, "prompt": prompt, "ground_truth": label}


def _end_of_prompt(query: str, prompt: str) -> int:
    """Return where the response begins. A query that holds no prompt at its beginning is all response."""
    if query.startswith(prompt):
        return len(prompt)
    return _end_of_respelled(query, prompt) or _end_of_cut(query, prompt)


def _end_of_respelled(query: str, prompt: str) -> int:
    """Return where the prompt ends whose whitespace and special tokens the tokenizer wrote differently, or 0."""
    at, wanted = 0, 0
    while True:
        at, wanted = _next_letter(query, at), _next_letter(prompt, wanted)
        if wanted == len(prompt):
            return at
        if at == len(query) or query[at] != prompt[wanted]:
            return 0
        at, wanted = at + 1, wanted + 1


def _end_of_cut(query: str, prompt: str) -> int:
    """Return where a prompt ends whose beginning was cut off to fit the model's length, or 0."""
    begins = query[:LEAST_CHARS_LEFT]
    start = prompt.find(begins) if len(begins) == LEAST_CHARS_LEFT else -1
    while start >= 0:
        if query.startswith(prompt[start:]):
            return len(prompt) - start
        start = prompt.find(begins, start + 1)
    return 0


def _next_letter(text: str, start: int) -> int:
    """Return where the next character stands that is neither whitespace nor part of a special token."""
    while start < len(text):
        token = next((token for token in SPECIAL_TOKENS if text.startswith(token, start)), None)
        if token is None and not text[start].isspace():
            return start
        start += len(token) if token else 1
    return start
