"""The words of judging: what is judged, what a rule may ask for, and what it answers."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, is_dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeAlias, TypeVar, runtime_checkable

import msgspec
from msgspec.structs import force_setattr

from sandbox.base import Limits, Program, Suite
from verifiers.text.answer_part import AnswerPart, Where, find_answer_part

Json: TypeAlias = Any  # None, bool, int, float, str, list and dict, as a JSON reader gives them

MAX_STEPS = 40
MAX_STEP_CHARS = 400
MAX_DETAIL_CHARS = 300
MAX_ANSWER_CHARS = 2_000


class TruthError(Exception):
    """The caller's ground truth cannot be read; the message says why. The sample gets `bad_truth` and no score."""


class SampleError(Exception):
    """The sample lacks what the rule needs (a token count, say). The sample gets `bad_sample` and no score."""


class Unavailable(Exception):
    """This machine, or this release, lacks what the sample needs; the message names it. The sample gets no score."""


class UnknownVerifier(LookupError):
    """The request names a verifier that does not exist; the message lists those that do."""


class Verdict(StrEnum):
    """Why a score is what it is. The last six abstain: they come without a value."""

    CORRECT = "correct"
    PARTIAL = "partial"
    INCORRECT = "incorrect"
    NO_ANSWER = "no_answer"
    BAD_FORMAT = "bad_format"
    COMPILE_ERROR = "compile_error"
    RUNTIME_ERROR = "runtime_error"
    TIME_LIMIT = "time_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    BAD_TRUTH = "bad_truth"
    UNAVAILABLE = "unavailable"
    DEADLINE = "deadline"
    BAD_SAMPLE = "bad_sample"
    NOT_APPLICABLE = "not_applicable"
    INTERNAL_ERROR = "internal_error"

    __hash__ = str.__hash__  # it is counted by the million, and an enumeration's own is written in Python

    @property
    def abstains(self) -> bool:
        return self in ABSTAINING


ABSTAINING = frozenset(
    {
        Verdict.BAD_TRUTH,
        Verdict.UNAVAILABLE,
        Verdict.DEADLINE,
        Verdict.BAD_SAMPLE,
        Verdict.NOT_APPLICABLE,
        Verdict.INTERNAL_ERROR,
    }
)
RETRYABLE = frozenset({Verdict.DEADLINE, Verdict.INTERNAL_ERROR})


class Sample(msgspec.Struct, frozen=True):
    """What one rollout leaves to judge, as a rule sees it. Chat messages have been joined to text by then."""

    completion: str
    prompt: str | None = None
    truncated: bool = False  # the engine stopped at its length limit
    completion_tokens: int | None = None
    max_tokens: int | None = None

    def answer_part(self, where: Where = "auto") -> AnswerPart:
        """The part of the completion that may be graded: the one shared parse, see `verifiers.text.answer_part`."""
        return find_answer_part(self.completion, self.prompt, where)


class Score(msgspec.Struct, frozen=True):
    """One rule's judgement. `value` is in [0, 1], and None exactly when the verdict abstains.

    `steps` says in order how the verdict came about, for a person. Text is cut to the bounds above.

    Raises:
        ValueError: value and verdict do not fit together.
    """

    verdict: Verdict
    value: float | None
    answer: str | None = None
    detail: str = ""
    flags: tuple[str, ...] = ()
    evidence: Mapping[str, Json] = msgspec.field(default_factory=dict)
    steps: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.value is None) is not (self.verdict in ABSTAINING):
            raise ValueError(f"verdict {self.verdict} does not go with the value {self.value}")
        if self.value is not None and not 0.0 <= self.value <= 1.0:
            raise ValueError(f"a score lies between 0 and 1, not at {self.value}")
        _bound(self)


def _bound(score: Score) -> None:
    if score.answer is not None and len(score.answer) > MAX_ANSWER_CHARS:
        force_setattr(score, "answer", score.answer[:MAX_ANSWER_CHARS] + "…")
    if len(score.detail) > MAX_DETAIL_CHARS:
        force_setattr(score, "detail", score.detail[:MAX_DETAIL_CHARS] + "…")
    if len(score.steps) > MAX_STEPS or any(len(step) > MAX_STEP_CHARS for step in score.steps):
        force_setattr(score, "steps", tuple(step[:MAX_STEP_CHARS] for step in score.steps[:MAX_STEPS]))


@dataclass(frozen=True, slots=True)
class Company:
    """What a sample is seen beside once its other components are judged: how its own answer fared, and its group.

    `accuracy` is None where the recipe judges no answer. `group_tokens` holds the token counts of all members of the
    group that tell theirs, the sample's own among them.
    """

    accuracy: Score | None
    group_tokens: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Work a rule may yield: run this program. The engine decides when and where, and sends the Outcome back.

    With `requests`, the program answers calls: each request is written only after the reply to the one before it came.
    """

    program: Program
    stdin: bytes = b""
    limits: Limits = field(default_factory=Limits)
    requests: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Duet:
    """Work a rule may yield: run this program and the tests beside it, each confined alone; a DuetOutcome comes back.

    With `together`, both run in one process, where the program can forge what the tests say.
    """

    candidate: Program
    tests: Suite
    limits: Limits = field(default_factory=Limits)
    together: bool = False


# What a rule may yield: one piece of work, or several that may go side by side. It is sent an Outcome (a DuetOutcome
# for a Duet), or a tuple of them in that order.
Piece: TypeAlias = Run | Duet
Work: TypeAlias = Piece | tuple[Piece, ...]
Judging: TypeAlias = Generator[Work, Any, Score]


@runtime_checkable
class Verifier(Protocol):
    """A named frozen dataclass whose fields are its options.

    `verify` returns a Score, or is a generator that yields Work and returns one. It does no waiting and keeps no state.
    `heavy` rules parse mathematics and the like: they run in a warm worker that is killed when it passes its budget.
    `check_truth` raises TruthError where the ground truth cannot be read; it may take as long as judging does.
    A rule may also have `read(sample)` and `same(a, b)`, for votes, where what is read is plain data; `kind(truth)` and
    `write_out(truth)`, a word and a completion that say what the truth is, for lint; `shapes`, when it is no judgement
    of the answer but of its shape; `violations`, the names of all that it may find broken; and `needs_company`, when it
    has `verify_beside(sample, company)`, asked last.
    `example` holds the `completion` and `ground_truth` of a request that scores 1.
    """

    name: ClassVar[str]
    heavy: ClassVar[bool]
    needs_truth: ClassVar[bool]
    truth_forms: ClassVar[tuple[str, ...]]
    example: ClassVar[Mapping[str, Json]]

    def verify(self, sample: Sample, truth: Json) -> Score | Judging: ...

    def check_truth(self, truth: Json) -> None: ...


Rule = TypeVar("Rule", bound=type[Verifier])


def register(rule: Rule) -> Rule:
    """Mark a class as a verifier, so that the registry finds it in its module.

    Raises:
        TypeError: the class is no frozen dataclass.
    """
    if not is_dataclass(rule) or not rule.__dataclass_params__.frozen:
        raise TypeError(f"{rule.__name__} must be a frozen dataclass: its fields are its options")
    rule.is_registered = True  # read by verifiers.registry alone
    return rule
