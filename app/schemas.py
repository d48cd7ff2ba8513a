"""The native wire format, field for field. These shapes are what is read, what is written, and what /docs shows."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from verifiers.base import Json, Verdict
from verifiers.groups.advantage import Advantage
from verifiers.recipes.catalogue import RecipeShape

PositiveInt = Annotated[int, msgspec.Meta(ge=1)]
Message = dict[str, Json]


class SampleShape(msgspec.Struct, frozen=True):
    """What one rollout leaves to judge. Everything but `completion` is optional where the verifier allows."""

    completion: str | list[Message]
    ground_truth: Json = None
    id: str | int | None = None
    group: str | int | None = None
    prompt: str | list[Message] | None = None
    verifier: str | None = None
    options: dict[str, Json] | None = None
    recipe: str | dict[str, Json] | None = None
    truncated: bool | None = False
    finish_reason: str | None = None
    completion_tokens: Annotated[int, msgspec.Meta(ge=0)] | None = None
    max_tokens: PositiveInt | None = None
    data_source: str | None = None
    metadata: dict[str, Json] | None = None


class GroupsAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to say of groups: which advantage, whether to vote, and pass@k for which k."""

    advantage: Advantage | None = None
    vote: bool = False
    pass_at: Annotated[list[PositiveInt], msgspec.Meta(max_length=32)] = []


class RewardsRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch of rollouts, and how each becomes a reward. A sample that cannot be read is judged `bad_sample`."""

    samples: list[Any]
    recipe: str | RecipeShape | None = None
    explain: bool = False
    groups: GroupsAsked | None = None
    deadline_s: Annotated[float, msgspec.Meta(gt=0)] | None = None
    on_null: float | None = None


class VerifyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One completion, one rule."""

    completion: str | list[Message]
    ground_truth: Json = None
    prompt: str | list[Message] | None = None
    options: dict[str, Json] | None = None
    explain: bool = True
    truncated: bool | None = False
    finish_reason: str | None = None
    completion_tokens: Annotated[int, msgspec.Meta(ge=0)] | None = None
    max_tokens: PositiveInt | None = None
    data_source: str | None = None
    metadata: dict[str, Json] | None = None


class ErrorOut(msgspec.Struct, frozen=True):
    """Why a sample has no reward."""

    code: Verdict
    message: str
    retryable: bool


class Judged(msgspec.Struct, frozen=True):
    """One rule's score for one sample: 0 to 1, or null where it could not judge. `trace` is there under `explain`."""

    verifier: str
    score: float | None
    verdict: Verdict
    answer: str | None
    detail: str
    flags: list[str]
    evidence: dict[str, Json]
    ms: float
    trace: list[str] | msgspec.UnsetType = msgspec.UNSET


class ComponentOut(msgspec.Struct, frozen=True):
    """One rule's score as a term of the recipe: what `Judged` says, with the term's name and weight."""

    name: str
    verifier: str
    weight: float
    score: float | None
    verdict: Verdict
    answer: str | None
    detail: str
    flags: list[str]
    evidence: dict[str, Json]
    ms: float
    trace: list[str] | msgspec.UnsetType = msgspec.UNSET


class ResultOut(msgspec.Struct, frozen=True):
    """What comes out for one sample. `index` is its place in the request, in a stream only."""

    id: str
    group: str | None
    reward: float | None
    unshaped: float | None
    advantage: float | None
    flags: list[str]
    error: ErrorOut | None
    components: list[ComponentOut]
    index: int | msgspec.UnsetType = msgspec.UNSET


class GroupOut(msgspec.Struct, frozen=True):
    """One group's rewards in numbers; null rewards are left out of them."""

    group: str
    n: int
    mean: float | None
    std: float | None
    zero_variance: bool
    pass_at: dict[str, float | None] | msgspec.UnsetType = msgspec.UNSET


class TimingOut(msgspec.Struct, frozen=True):
    """Milliseconds, and how many samples repeated another of the batch."""

    total_ms: float
    queue_ms: float
    samples: int
    deduplicated: int


class RewardsResponse(msgspec.Struct, frozen=True):
    """`rewards[i]` and `results[i]` belong to `samples[i]`. `groups` is there where samples name one."""

    rewards: list[float | None]
    results: list[ResultOut]
    timing: TimingOut
    scoring_version: str
    fingerprint: str
    groups: list[GroupOut] | msgspec.UnsetType = msgspec.UNSET


class Summary(msgspec.Struct, frozen=True):
    """The last line of a stream: what else the JSON answer holds."""

    rewards: list[float | None]
    timing: TimingOut
    scoring_version: str
    fingerprint: str
    groups: list[GroupOut] | msgspec.UnsetType = msgspec.UNSET


class SummaryLine(msgspec.Struct, frozen=True):
    """The last line of a stream."""

    summary: Summary


class FieldErrorOut(msgspec.Struct, frozen=True):
    """One field that is wrong."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, rename={"kind": "type"}):
    """RFC 9457: what is wrong with the request as a whole."""

    kind: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrorOut] = []
