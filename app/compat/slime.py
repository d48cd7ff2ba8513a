"""slime and miles, `--rm-type remote_rm --rm-url http://host/rm`: one sample a request, a bare number back.

With `?format=dict` an object comes back, of which `--reward-key score` picks the reward.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from app.compat.from_url import Judged, Terms, judge, read_object, read_terms, spoken
from app.errors import unprocessable
from verifiers.base import Json

EXAMPLE = {"prompt": "What is 1+1?", "response": "It is \\boxed{2}", "label": "2"}

router = APIRouter()


@router.post("/rm", **spoken("slime, miles: reward one sample", EXAMPLE))
async def rm(
    request: Request,
    terms: Annotated[Terms, Depends(read_terms)],
    answer_format: Annotated[str, Query(alias="format", description="`number` or `dict`.")] = "number",
) -> Response:
    if answer_format not in ("number", "dict"):
        raise unprocessable("format", f"is number or dict, not {answer_format[:40]!r}")
    body = await read_object(request)
    sample = {
        "completion": body.get("response"),
        "prompt": body.get("prompt"),
        "ground_truth": body.get("label"),
    }
    judged = await judge(request, [sample], terms)
    return judged.answer(judged.rewards[0] if answer_format == "number" else _named(judged))


def _named(judged: Judged) -> dict[str, Json]:
    """The names that slime's own rules give; the same for every sample of a recipe."""
    (result,) = judged.results
    return {
        **{name: scores[0] for name, scores in judged.scores().items()},
        "score": judged.rewards[0],
        "acc": judged.accuracies[0],
        "pred": result.scores[result.rollout.recipe.accuracy_place or 0].answer,
        "null": float(judged.nulls),
    }
