"""The native wire format, field for field. These shapes are what is read, what is written, and what /docs shows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from verifiers.base import Json, Verdict
from verifiers.groups.advantage import Advantage
from verifiers.groups.select import SelectRules
from verifiers.recipes.catalogue import RecipeShape
from verifiers.shapes import learn

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


class VoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The completions of one prompt. One that cannot be read gives no answer. Without a verifier it is `auto`."""

    completions: list[Any]
    verifier: str = "auto"
    options: dict[str, Json] | None = None
    ground_truth: Json = None
    prompt: str | list[Message] | None = None


class AnswerClassOut(msgspec.Struct, frozen=True):
    """Completions whose answers are the same, by their index; `answer` is the first one's."""

    answer: str
    members: list[int]


class VoteResponse(msgspec.Struct, frozen=True):
    """cons@k: classes of equal answers, largest first, the first seen before others of its size.

    `correct` is null without a ground truth, or where it cannot be judged; false where nobody gave an answer.
    """

    answer: str | None
    votes: int
    of: int
    classes: list[AnswerClassOut]
    unanswered: list[int]
    correct: bool | None


class VoteOut(msgspec.Struct, frozen=True):
    """The majority of a group: `correct` is the accuracy of the first completion that gave this answer."""

    answer: str | None
    votes: int
    of: int
    correct: bool | None


class SelectRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of /v1/rewards, and what a rollout must keep to be selected."""

    samples: list[Any]
    rules: SelectRules
    recipe: str | RecipeShape | None = None
    explain: bool = False
    groups: GroupsAsked | None = None
    deadline_s: Annotated[float, msgspec.Meta(gt=0)] | None = None
    on_null: float | None = None


class Dropped(msgspec.Struct, frozen=True):
    """A rollout that is not selected, and the names of the rules that say so (or the verdict that left it unjudged)."""

    id: str
    why: list[str]


class SelectResponse(msgspec.Struct, frozen=True):
    """The ids of the selected rollouts in the request's order, and why each other one is not among them."""

    selected: list[str]
    dropped: list[Dropped]


class LintRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of /v1/rewards without a recipe; each `completion` is optional, and a reference solution if given."""

    samples: list[Any]
    explain: bool = False
    groups: GroupsAsked | None = None
    deadline_s: Annotated[float, msgspec.Meta(gt=0)] | None = None
    on_null: float | None = None


class ReferenceOut(msgspec.Struct, frozen=True):
    """How the reference solution fared; `cpu_margin` is how many times over its time would have fitted the limit."""

    verdict: Verdict
    cpu_margin: float | None


class LintRow(msgspec.Struct, frozen=True):
    """One row of a dataset. `truth` is null where it could not be looked at; `detail` then says why.

    `self_score` is what the ground truth scores, written out as a completion; null where it cannot be written out.
    """

    id: str
    verifier: str | None
    truth: Literal["ok", "bad_truth"] | None
    kind: str | None
    detail: str
    self_score: float | None
    reference: ReferenceOut | None
    flags: list[str] = []


class LintResponse(msgspec.Struct, frozen=True):
    """One row per sample, in order, and how many rows there are of each kind of trouble."""

    rows: list[LintRow]
    summary: dict[str, int]


class GroupOut(msgspec.Struct, frozen=True):
    """One group's rewards in numbers; null rewards are left out of them.

    `vote` is null where the group's rule has no equality of answers, or the deadline came first.
    """

    group: str
    n: int
    mean: float | None
    std: float | None
    zero_variance: bool
    pass_at: dict[str, float | None] | msgspec.UnsetType = msgspec.UNSET
    vote: VoteOut | msgspec.UnsetType | None = msgspec.UNSET


class TimingOut(msgspec.Struct, frozen=True):
    """Milliseconds, and how many samples repeated another of the batch."""

    total_ms: float
    queue_ms: float
    samples: int
    deduplicated: int


class RewardsResponse(msgspec.Struct, frozen=True):
    """`rewards[i]` and `results[i]` belong to `samples[i]`. `groups` is there where samples name one.

    `figures` are the batch in numbers, under the names that trainers plot: `reward`, `frac_reward_zero_std`, ...
    """

    rewards: list[float | None]
    results: list[ResultOut]
    timing: TimingOut
    scoring_version: str
    fingerprint: str
    figures: dict[str, float]
    groups: list[GroupOut] | msgspec.UnsetType = msgspec.UNSET


class Summary(msgspec.Struct, frozen=True):
    """The last line of a stream: what else the JSON answer holds."""

    rewards: list[float | None]
    timing: TimingOut
    scoring_version: str
    fingerprint: str
    figures: dict[str, float]
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


learn(SampleShape, RewardsRequest, VerifyRequest, VoteRequest, SelectRequest, LintRequest)
