"""POST /v1/lint: a dataset before a run. Can each ground truth be read, does it score 1, does its reference pass?"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.body import read_json
from app.hangup import CLIENT_CLOSED_REQUEST, ClientGone, unless_gone
from app.openapi import described
from app.reading import Reader, bounded_deadline_s, check_count, read_shape
from app.schemas import LintRequest, LintResponse, LintRow, Problem, ReferenceOut, RewardsRequest
from app.service import Service
from verifiers.base import Json, Sample, TruthError, Verdict
from verifiers.engine.asking import Answered, Question, ask
from verifiers.engine.batch import Judge, Rollout
from verifiers.engine.engine import Engine
from verifiers.engine.frames import to_json
from verifiers.engine.worker import Ask
from verifiers.groups.lint import is_shown, kind_of, no_answer_in, written_out
from verifiers.registry import AUTO

router = APIRouter()

EXAMPLE: dict[str, Any] = {
    "samples": [
        {"id": "ok", "verifier": "math", "prompt": "Half of one?", "ground_truth": "\\frac{1}{2}"},
        {"id": "broken", "verifier": "math", "ground_truth": "\\frac{1}{"},
        {"id": "solved", "verifier": "math", "ground_truth": "42", "completion": "Six sevens are \\boxed{42}"},
    ]
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that has been read. `written` is its ground truth as a completion, where that can be said."""

    rollout: Rollout
    judge: Judge | None
    written: tuple[str, ...]
    has_reference: bool


@router.post("/v1/lint", **described(LintRequest, LintResponse, Problem, EXAMPLE, "Check a dataset before a run"))
async def linted(request: Request) -> Response:
    service: Service = request.app.state.service
    data = await read_json(request, service.settings.max_body_bytes)
    rows, until = await asyncio.to_thread(_understand, data, service)
    await service.readiness.wait()
    try:
        lines = await unless_gone(request, _looked_at(service.engine, rows, until))
    except ClientGone:
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    return Response(to_json(LintResponse(lines, _summary(lines))), media_type="application/json")


def _understand(data: object, service: Service) -> tuple[list[_Row], float]:
    settings = service.settings
    read = read_shape(data, LintRequest)
    check_count(len(read.samples), settings.max_samples)
    deadline_s = bounded_deadline_s(read.deadline_s, settings.default_deadline_s, settings.max_deadline_s)
    samples = [_completed(raw) for raw in read.samples]
    rollouts = Reader(service.registry, service.recipes, RewardsRequest(samples)).read()
    rows = [_row(raw, rollout) for raw, rollout in zip(read.samples, rollouts, strict=True)]
    return rows, time.monotonic() + deadline_s


def _completed(raw: Json) -> Json:
    """Fill in what a row of a dataset may leave out."""
    if not isinstance(raw, dict):
        return raw
    given = {name: value for name, value in raw.items() if value is not None and name != "recipe"}
    return {"completion": "", "verifier": AUTO, **given}


def _row(raw: Json, rollout: Rollout) -> _Row:
    judge = rollout.judges[0] if rollout.judges else None
    written: tuple[str, ...] = ()
    if judge is not None and judge.verifier.needs_truth:
        try:
            written = written_out(judge.verifier, rollout.truth)
        except TruthError:
            written = ()
    return _Row(rollout, judge, written, isinstance(raw, dict) and raw.get("completion") is not None)


async def _looked_at(engine: Engine, rows: Sequence[_Row], until: float) -> list[LintRow]:
    """Ask of each row, as far as they apply, the three questions: all at once."""
    asked = [(place, what, question) for place, row in enumerate(rows) for what, question in _questions(row).items()]
    answers = await ask(engine, [question for _, _, question in asked], until)
    known: list[dict[str, Answered]] = [{} for _ in rows]
    for (place, what, _), answered in zip(asked, answers, strict=True):
        known[place][what] = answered
    return [_line(row, answered) for row, answered in zip(rows, known, strict=True)]


def _questions(row: _Row) -> dict[str, Question]:
    if row.judge is None or no_answer_in(row.judge.verifier, row.rollout.truth):
        return {}
    truth, sample = row.rollout.truth, row.rollout.sample
    questions = {"truth": Question(Ask.CHECK_TRUTH, row.judge, truth=truth)}
    if hasattr(row.judge.verifier, "kind"):
        questions["kind"] = Question(Ask.KIND, row.judge, truth=truth)
    for place, text in enumerate(row.written):
        questions[f"self {place}"] = Question(Ask.JUDGE, row.judge, Sample(text), truth)
    if row.has_reference:
        questions["reference"] = Question(Ask.JUDGE, row.judge, sample, truth)
    return questions


def _line(row: _Row, known: Mapping[str, Answered]) -> LintRow:
    if row.judge is None:
        return LintRow(row.rollout.id, None, None, None, row.rollout.problem or "", None, None)
    judge, rollout = row.judge, row.rollout
    if "truth" not in known:
        return LintRow(rollout.id, judge.spec.name, "bad_truth", "none", "there is no ground truth", None, None)
    truth, reference = known["truth"].score, known.get("reference")
    itself = max(
        (answered.score for what, answered in known.items() if what.startswith("self")),
        key=lambda score: -1.0 if score.value is None else score.value,
        default=None,
    )
    return LintRow(
        id=rollout.id,
        verifier=judge.spec.name,
        truth=_word(truth.verdict),
        kind=_kind(known, rollout.truth) if truth.verdict is Verdict.CORRECT else None,
        detail=truth.detail or (itself.detail if itself and itself.value != 1.0 else ""),
        self_score=itself.value if itself else None,
        reference=ReferenceOut(reference.score.verdict, _margin(judge, reference)) if reference else None,
        flags=["gold_in_prompt"] if is_shown(rollout.truth, rollout.sample.prompt) else [],
    )


def _kind(known: Mapping[str, Answered], truth: Json) -> str:
    """The rule's own word for it, where it has one."""
    own = known["kind"].score.answer if "kind" in known else None
    return own or kind_of(truth)


def _word(verdict: Verdict) -> Literal["ok", "bad_truth"] | None:
    if verdict is Verdict.CORRECT:
        return "ok"
    return "bad_truth" if verdict is Verdict.BAD_TRUTH else None


def _margin(judge: Judge, reference: Answered) -> float | None:
    """Return how many times over the time that was used fits the rule's limit: of the slowest test, or of it all."""
    tests = reference.score.evidence.get("tests") or []
    used_s = max((test.get("cpu_s", 0.0) for test in tests), default=reference.ms / 1000)
    limit_s = getattr(judge.verifier, "time_limit_s", None) or getattr(judge.verifier, "cpu_budget_s", None)
    return round(limit_s / used_s, 2) if limit_s and used_s > 0 else None


def _summary(rows: Sequence[LintRow]) -> dict[str, int]:
    counts: Counter[str] = Counter(row.truth or "unread" for row in rows)
    references = [row.reference.verdict for row in rows if row.reference is not None]
    return {
        "rows": len(rows),
        **{name: counts[name] for name in ("ok", "bad_truth", "unread")},
        "self_score_below_1": sum(row.self_score is not None and row.self_score < 1.0 for row in rows),
        "reference_fails": sum(verdict is not Verdict.CORRECT for verdict in references),
    }
