"""The engine: it owns every wait, every slot and every kill, and has the one `except Exception`.

Light rules run in a thread of their own. Heavy rules and programs share the lanes: as many threads as there are cores
to use, each with one warm worker and one sandbox slot, doing one thing at a time. So the budget of cores holds by
construction, and what waits, waits in the queue, where requests take turns.
"""

from __future__ import annotations

import inspect
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from sandbox.base import LanguageUnavailable, RunAborted, SandboxError, SandboxUnavailable
from verifiers.base import Company, Judging, SampleError, Score, TruthError, Unavailable, Verdict, Verifier, Work
from verifiers.engine.cache import ScoreCache
from verifiers.engine.crash import told
from verifiers.engine.judgement import Gathering, Judgement, ProgramRun, Request, Trial
from verifiers.engine.lanes import Lane, Slot
from verifiers.engine.queue import TurnQueue
from verifiers.engine.trials import first_trial
from verifiers.engine.worker import Ask, abstention, carry_out
from verifiers.engine.workers import DeathReason, Template

log = logging.getLogger("truegold.engine")

LIGHT_TURN = 64
MANY_LIGHT = 64  # fewer are judged before a lane has woken up
LARGE_CHARS = 2**18  # a light rule on more text than this would hold the interpreter: it goes to a worker


class EngineBusyError(Exception):
    """More is queued than the operator allows; nothing of the request was taken."""


class Slots(Protocol):
    """Where slots come from: `sandbox.run.Sandbox`."""

    def open_slot(self) -> Slot: ...


@dataclass(frozen=True, slots=True)
class EngineConfig:
    """The engine's ceilings. `cores` lanes work at once; `max_backlog` counts judgements that wait.

    `mounted` is the operator's folder of verifiers: each worker imports them when it is forked.
    """

    cores: int
    preload: tuple[str, ...] = ()
    mounted: Path | None = None
    first_pass_s: float = 0.1
    worker_memory_bytes: int = 2**30
    cache_entries: int = 100_000
    max_backlog: int = 500_000


@dataclass(frozen=True, slots=True)
class Load:
    """The engine in figures: what waits and works now, and what has been since the start."""

    light_waiting: int
    heavy_waiting: int
    lanes: int
    lanes_busy: int
    workers_killed: Mapping[str, int]
    cache_entries: int
    cache_hits: int
    cache_misses: int


class Engine:
    """Judge what is submitted. `start` and `close` block; `submit` and `drop` do not. Safe for threads."""

    def __init__(self, config: EngineConfig, slots: Slots) -> None:
        self._config = config
        self._slots = slots
        self._template = Template(config.preload, config.worker_memory_bytes, config.mounted)
        self._light: TurnQueue[Judgement] = TurnQueue(goes_along=lambda _: True)
        self._heavy: TurnQueue[Trial | ProgramRun] = TurnQueue(goes_along=_may_share_a_turn)
        self._threads: list[threading.Thread] = []
        self._lanes: list[Lane] = []
        self.cache = ScoreCache(config.cache_entries)

    @property
    def cores(self) -> int:
        return self._config.cores

    @property
    def backlog(self) -> int:
        return len(self._light) + len(self._heavy)

    @property
    def load(self) -> Load:
        killed: Counter[str] = Counter(dict.fromkeys(DeathReason, 0))
        for lane in self._lanes:
            killed.update(lane.workers_killed)
        return Load(
            light_waiting=len(self._light),
            heavy_waiting=len(self._heavy),
            lanes=len(self._lanes),
            lanes_busy=sum(lane.is_busy for lane in self._lanes),
            workers_killed=killed,
            cache_entries=len(self.cache),
            cache_hits=self.cache.hits,
            cache_misses=self.cache.misses,
        )

    @property
    def worker_pids(self) -> list[int]:
        return [pid for lane in self._lanes if (pid := lane.worker_pid)]

    def start(self) -> None:
        """Warm everything; when this returns, the first sample is judged as fast as the thousandth."""
        self._template.start()
        self._lanes = [Lane(self, self._template, self._slots.open_slot()) for _ in range(self._config.cores)]
        for lane in self._lanes:
            lane.warm()
        loops = [self._judge_light, *(lane.work for lane in self._lanes)]
        self._threads = [threading.Thread(target=loop, daemon=True) for loop in loops]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop judging: programs that run are ended, comparisons are finished, what waits stays undone."""
        self._light.close()
        self._heavy.close()
        for lane in self._lanes:
            lane.abandon(None)
        for thread in self._threads:
            thread.join()
        for lane in self._lanes:
            lane.close()
        self._template.close()

    def submit(self, request: Request, judgements: Sequence[Judgement]) -> None:
        """Queue judgements; each comes back through `request.on_done`, a remembered one before this returns.

        Raises:
            EngineBusyError: the backlog is full, and the request refusable; nothing was queued.
        """
        if request.is_refusable and self.backlog + len(judgements) > self._config.max_backlog:
            raise EngineBusyError(f"{self.backlog} judgements are waiting already; try again in a few seconds")
        fresh = [judgement for judgement in judgements if not self._remembered(judgement)]
        light = [judgement for judgement in fresh if not _needs_worker(judgement)]
        heavy = [judgement for judgement in fresh if _needs_worker(judgement)]
        self._light.put(request.light, light)
        self._heavy.put(request.heavy, [first_trial(judgement, self._config.first_pass_s) for judgement in heavy])

    def drop(self, request: Request) -> None:
        """Forget what a request still has queued, and whom it was for: its caller is gone, or has what it came for."""
        request.is_over = True
        request.on_done = _for_nobody  # else each holds the other, and all texts, until cycles are looked for
        self._light.drop(request.light)
        self._heavy.drop(request.heavy)
        for lane in self._lanes:
            lane.abandon(request)

    def _remembered(self, judgement: Judgement) -> bool:
        known = self.cache.get(judgement.cache_key) if judgement.cache_key is not None else None
        if known is None:
            return False
        judgement.request.note_taken()
        judgement.request.on_done(judgement, known)
        return True

    # ------------------------------------------------------------------------------------------- used by the lanes

    def take_heavy(self, most: int) -> list[Trial | ProgramRun] | None:
        return self._heavy.take(most)

    def put_later(self, trial: Trial) -> None:
        if not trial.judgement.request.is_over:
            self._heavy.put(trial.judgement.request.heavy, [trial], later=True)

    def charge(self, request: Request, seconds: float) -> None:
        """Note how long a turn of the request held a lane."""
        self._heavy.charge(request.heavy, seconds)

    def finish(self, judgement: Judgement, score: Score) -> None:
        """Hand a judgement's score to its request, once, and remember it."""
        if judgement.is_done:
            return
        judgement.is_done = True
        if judgement.cache_key is not None:
            self.cache.put(judgement.cache_key, score)
        if not judgement.request.is_over:
            judgement.request.on_done(judgement, score)

    def advance(self, judgement: Judgement, answer: object) -> None:
        """Send a rule what it waited for (an error is raised there instead), and queue what it asks for next."""
        if judgement.judging is None or judgement.request.is_over:
            return
        started = time.perf_counter()
        try:
            work = _sent(judgement.judging, answer)
        except StopIteration as done:
            judgement.ms += (time.perf_counter() - started) * 1000
            self.finish(judgement, done.value)
            return
        judgement.ms += (time.perf_counter() - started) * 1000
        self._heavy.put(judgement.request.heavy, _program_runs(judgement, work))

    def judge_beside(self, judgement: Judgement, company: Company) -> None:
        """Judge by a rule that sees its sample beside others. That is arithmetic: it is done when this returns."""
        rule: Any = judgement.verifier
        self.guarded(lambda: self.finish(judgement, rule.verify_beside(judgement.sample, company)), [judgement])

    def guarded(self, act: Callable[[], None], judgements: Sequence[Judgement]) -> None:
        """Do something for judgements; what it raises becomes their verdict (of those not done yet), nobody else's."""
        try:
            act()
        except (TruthError, SampleError, Unavailable) as error:
            self._finish_all(judgements, abstention(error))
        except (SandboxUnavailable, LanguageUnavailable) as error:
            self._finish_all(judgements, Score(Verdict.UNAVAILABLE, None, detail=str(error)))
        except RunAborted:
            return  # nobody waits: the request is over, or the service is
        except SandboxError as error:
            _say(judgements, "the sandbox failed: %s", error)
            self._finish_all(judgements, Score(Verdict.INTERNAL_ERROR, None, detail=f"the sandbox failed: {error}"))
        except Exception as error:  # noqa: BLE001 - the one place where a crash of ours becomes a verdict
            _say(judgements, "a verifier crashed: %s", told(error))
            detail = f"the verifier crashed: {type(error).__name__}"
            self._finish_all(judgements, Score(Verdict.INTERNAL_ERROR, None, detail=detail))

    def _finish_all(self, judgements: Sequence[Judgement], score: Score) -> None:
        for judgement in judgements:
            self.finish(judgement, score)

    # ------------------------------------------------------------------------------------------------- light rules

    def _judge_light(self) -> None:
        while (turn := self._light.take(LIGHT_TURN)) is not None:
            for judgement in self._left_by_lanes(turn):
                self.guarded(lambda judgement=judgement: self._start(judgement), [judgement])  # type: ignore[misc]  # bound now

    def _left_by_lanes(self, turn: list[Judgement]) -> list[Judgement]:
        """While much waits, give a turn to a lane that has nothing to do; return what is still to be judged here.

        One thread shares its interpreter with the whole service; a lane's worker has a core of its own.
        """
        if len(self._light) < MANY_LIGHT or len(self._heavy) or not self._heavy.waiting:
            return turn
        given = [judgement for judgement in turn if not is_costly(type(judgement.verifier))]
        if given:
            trials = [first_trial(judgement, self._config.first_pass_s) for judgement in given]
            self._heavy.put(turn[0].request.heavy, trials)
        return [judgement for judgement in turn if is_costly(type(judgement.verifier))]

    def _start(self, judgement: Judgement) -> None:
        if judgement.request.is_over:
            return
        judgement.request.note_taken()
        started = time.perf_counter()
        step = carry_out(judgement.ask, judgement.verifier, judgement.sample, judgement.truth)
        judgement.ms = (time.perf_counter() - started) * 1000
        if isinstance(step, Score):
            self.finish(judgement, step)
            return
        judgement.judging = step
        self.advance(judgement, None)


def _for_nobody(judgement: Judgement, score: Score) -> None:
    """Take a score that came when its request was over."""


def _say(judgements: Sequence[Judgement], message: str, *parts: object) -> None:
    judgements[0].request.say(log.error, message, *parts)


def _sent(judging: Judging, answer: object) -> Work:
    return judging.throw(answer) if isinstance(answer, LanguageUnavailable) else judging.send(answer)


def _may_share_a_turn(item: Trial | ProgramRun) -> bool:
    return isinstance(item, Trial) and not item.is_alone


def _needs_worker(judgement: Judgement) -> bool:
    rule = type(judgement.verifier)
    if judgement.ask is not Ask.JUDGE:
        return rule.heavy
    return rule.heavy or (len(judgement.sample.completion) > LARGE_CHARS and not is_costly(rule))


def needs_company(verifier: Verifier) -> bool:
    """Whether a rule is asked last, beside how the sample's answer fared and its group."""
    return bool(getattr(verifier, "needs_company", False))


@lru_cache(maxsize=256)
def is_costly(rule: type[Verifier]) -> bool:
    """Whether judging by this rule costs more than remembering: it is heavy, or it runs programs."""
    return rule.heavy or inspect.isgeneratorfunction(rule.verify)


def _program_runs(judgement: Judgement, work: Work) -> list[Trial | ProgramRun]:
    runs = work if isinstance(work, tuple) else (work,)
    gathering = Gathering([None] * len(runs), is_tuple=isinstance(work, tuple))
    return [ProgramRun(judgement, run, index, gathering) for index, run in enumerate(runs)]
