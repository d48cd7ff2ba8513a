"""A lane: one core's worth of work, one thing at a time, with one warm worker and one sandbox slot."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Protocol

from sandbox.base import DuetOutcome, LanguageUnavailable, Limits, Outcome, Program, Suite
from verifiers.base import Duet, Piece, Score
from verifiers.engine.judgement import Judgement, ProgramRun, Request, Trial
from verifiers.engine.trials import after_answer, after_death, order_of
from verifiers.engine.workers import Template, Worker, WorkerDied

log = logging.getLogger("truegold.lanes")

MOST_PER_TURN = 64
TURN_S = 0.02  # a turn of several samples should take about this long


class Slot(Protocol):
    """A place to run one program at a time: `sandbox.run.Slot`, as a lane sees it."""

    def run(
        self, program: Program, limits: Limits, stdin: bytes = b"", requests: tuple[bytes, ...] = ()
    ) -> Outcome: ...

    def run_duet(self, candidate: Program, suite: Suite, limits: Limits, *, together: bool = False) -> DuetOutcome: ...

    def warm(self) -> None: ...

    def abort(self) -> None: ...

    def close(self) -> None: ...


class Dispatcher(Protocol):
    """What a lane needs of the engine."""

    def take_heavy(self, most: int) -> list[Trial | ProgramRun] | None: ...

    def put_later(self, trial: Trial) -> None: ...

    def charge(self, request: Request, seconds: float) -> None: ...

    def finish(self, judgement: Judgement, score: Score) -> None: ...

    def advance(self, judgement: Judgement, answer: object) -> None: ...

    def guarded(self, act: Callable[[], None], judgements: Sequence[Judgement]) -> None: ...


class Lane:
    """Take a turn, do it, take the next. `warm`, `work` and `close` are called in that order."""

    def __init__(self, engine: Dispatcher, template: Template, slot: Slot) -> None:
        self._engine = engine
        self._template = template
        self._slot = slot
        self._worker: Worker | None = None
        self._sample_s = TURN_S  # a moving average of what one heavy sample takes
        self._running: Request | None = None  # whose program the slot runs now
        self._lock = threading.Lock()
        self.is_busy = False
        self.workers_killed: Counter[str] = Counter()

    @property
    def worker_pid(self) -> int | None:
        return self._worker.pid if self._worker else None

    def warm(self) -> None:
        self._worker = self._template.fork()
        self._slot.warm()

    def abandon(self, request: Request | None) -> None:
        """End the program that runs for a request that is over, or whatever runs when None is given."""
        with self._lock:
            if self._running is not None and request in (None, self._running):
                self._slot.abort()

    def work(self) -> None:
        """Serve turns until the engine closes its queue."""
        while (turn := self._engine.take_heavy(self._turn_size())) is not None:
            wanted = [item for item in turn if not item.judgement.request.is_over]
            for item in wanted:
                item.judgement.request.note_taken()
            self.is_busy = True
            started = time.perf_counter()
            self._take(wanted)
            self.is_busy = False
            self._engine.charge(turn[0].judgement.request, time.perf_counter() - started)

    def close(self) -> None:
        self._slot.close()
        if self._worker is not None:
            self._worker.close()

    def _turn_size(self) -> int:
        return max(1, min(MOST_PER_TURN, int(TURN_S / max(self._sample_s, 1e-6))))

    def _take(self, turn: Sequence[Trial | ProgramRun]) -> None:
        trials = deque(item for item in turn if isinstance(item, Trial))
        for item in turn:
            if isinstance(item, ProgramRun):
                self._engine.guarded(lambda item=item: self._run(item), [item.judgement])  # type: ignore[misc]  # bound now
        if trials:
            self._engine.guarded(lambda: self._try(trials), [trial.judgement for trial in trials])

    def _run(self, item: ProgramRun) -> None:
        started = time.perf_counter()
        run = item.run
        with self._lock:
            self._running = item.judgement.request
        try:
            outcome = self._outcome(run)
        except LanguageUnavailable as error:
            outcome = error  # for the rule to judge whose wish the language was
        finally:
            with self._lock:
                self._running = None
        item.judgement.ms += (time.perf_counter() - started) * 1000
        if item.gathering.add(item.index, outcome):
            self._engine.advance(item.judgement, item.gathering.answer)

    def _outcome(self, run: Piece) -> Outcome | DuetOutcome | LanguageUnavailable:
        if isinstance(run, Duet):
            return self._slot.run_duet(run.candidate, run.tests, run.limits, together=run.together)
        return self._slot.run(run.program, run.limits, run.stdin, run.requests)

    def _try(self, trials: deque[Trial]) -> None:
        """Judge trials one after another; those behind one that kills its worker go on with the next worker."""
        while trials:
            worker = self._worker_for(trials[0])
            started = time.perf_counter()
            try:
                for answer in worker.answers([order_of(trial) for trial in trials]):
                    trial = trials.popleft()
                    trial.judgement.ms += answer.ms
                    self._note_speed(answer.ms / 1000)
                    self._settle(trial, after_answer(trial, answer))
            except WorkerDied as death:
                self._worker = None
                self.workers_killed[death.reason] += 1
                trial = trials.popleft()
                trial.judgement.ms += (time.perf_counter() - started) * 1000
                self._settle(trial, after_death(trial, death))

    def _worker_for(self, trial: Trial) -> Worker:
        if self._worker is not None and (trial.is_alone or self._worker.is_worn):
            self._worker.close()
            self._worker = None
        if self._worker is None:
            self._worker = self._template.fork()
        return self._worker

    def _note_speed(self, sample_s: float) -> None:
        self._sample_s += 0.1 * (sample_s - self._sample_s)

    def _settle(self, trial: Trial, step: Score | Trial) -> None:
        if isinstance(step, Trial):
            name, request = trial.judgement.verifier.name, trial.judgement.request
            request.say(log.info, "verifier %s: next %s, blame %r", name, step.ask, step.blame)
            self._engine.put_later(step)
        else:
            self._engine.finish(trial.judgement, step)
