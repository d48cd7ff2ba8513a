"""One rule on one sample, on its way through the engine; and the request it belongs to."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from sandbox.base import DuetOutcome, LanguageUnavailable, Outcome
from verifiers.base import Json, Judging, Piece, Sample, Score, Verifier
from verifiers.engine.queue import Line
from verifiers.engine.worker import Ask
from verifiers.registry import Spec

# Whose requests are made in this context; where nobody has said, each request is a client's own.
client: contextvars.ContextVar[Hashable] = contextvars.ContextVar("client", default=None)


class Request:
    """What one caller waits for: its lines in the queues, and where finished judgements go.

    `on_done` is called once for each judgement, from any thread, until the request is over. Made in the context of its
    caller, and `say` logs there, so that a line written by a lane carries what the caller bound, its id above all.
    One that goes on with what was taken before is not refusable: a full queue must not undo work that is done.
    """

    def __init__(self, on_done: Callable[[Judgement, Score], None], *, is_refusable: bool = True) -> None:
        whose = client.get()
        self.light: Line[Judgement] = Line(whose)
        self.heavy: Line[Trial | ProgramRun] = Line(whose)
        self.on_done = on_done
        self.submitted = time.monotonic()
        self.first_taken: float | None = None
        self.is_over = False
        self.is_refusable = is_refusable
        self._context = contextvars.copy_context()

    def say(self, log: Callable[..., None], message: str, *parts: object) -> None:
        self._context.copy().run(log, message, *parts)

    def note_taken(self) -> None:
        if self.first_taken is None:
            self.first_taken = time.monotonic()

    @property
    def queue_s(self) -> float:
        """How long the request waited before its first sample was looked at."""
        return (self.first_taken or time.monotonic()) - self.submitted


class Judgement:
    """One question to one rule, mostly for its score of a sample.

    `cache_key` is what a repeat would share, None where nothing is to be remembered.
    """

    __slots__ = ("ask", "cache_key", "is_done", "judging", "ms", "request", "sample", "spec", "truth", "verifier")

    def __init__(
        self,
        verifier: Verifier,
        spec: Spec,
        sample: Sample,
        truth: Json,
        request: Request,
        ask: Ask = Ask.JUDGE,
    ) -> None:
        self.ask = ask
        self.verifier = verifier
        self.spec = spec
        self.sample = sample
        self.truth = truth
        self.request = request
        self.judging: Judging | None = None  # the rule's generator, where it yields work
        self.cache_key: Hashable | None = None
        self.is_done = False
        self.ms = 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One order for a worker, and why it is made: the first pass, the long pass, alone, or the truth alone.

    `blame` is the flag that the completion gets when its ground truth alone turns out to be fine.
    """

    judgement: Judgement
    budget_s: float
    ask: Ask = Ask.JUDGE
    is_long: bool = False
    is_alone: bool = False
    blame: str = ""


@dataclass(slots=True)
class Gathering:
    """The outcomes of runs that go side by side, until all are there."""

    outcomes: list[Outcome | DuetOutcome | LanguageUnavailable | None]
    is_tuple: bool
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, index: int, outcome: Outcome | DuetOutcome | LanguageUnavailable) -> bool:
        """Keep one outcome; True when it was the last one missing."""
        with self.lock:
            self.outcomes[index] = outcome
            return all(outcome is not None for outcome in self.outcomes)

    @property
    def answer(self) -> Any:
        """What the rule is sent, or the reason, raised where it waits, why there is nothing to send."""
        for outcome in self.outcomes:
            if isinstance(outcome, LanguageUnavailable):
                return outcome
        return tuple(self.outcomes) if self.is_tuple else self.outcomes[0]


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """One program to run for one judgement."""

    judgement: Judgement
    run: Piece
    index: int
    gathering: Gathering
