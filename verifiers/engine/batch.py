"""One batch from samples to rewards: order kept, repeats judged once, a deadline, groups that wait for each other."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from verifiers.base import Company, Json, Sample, Score, Verdict, Verifier
from verifiers.engine import frames
from verifiers.engine.engine import Engine, is_costly, needs_company
from verifiers.engine.judgement import Judgement, Request
from verifiers.groups.advantage import Advantage, advantages
from verifiers.recipes.combine import Recipe, Reward, reward
from verifiers.registry import Spec

UNANSWERED = Score(Verdict.NOT_APPLICABLE, None, detail="whether the answer is right could not be judged")
TOO_LATE = Score(Verdict.DEADLINE, None, detail="the request's deadline came first")
NOT_APPLICABLE = Score(Verdict.NOT_APPLICABLE, None, detail="no part of this sample's recipe")


class Judge(msgspec.Struct, frozen=True):
    """A rule with its options set, and the spec it was built from."""

    verifier: Verifier
    spec: Spec
    notes: Mapping[str, Json] = msgspec.field(default_factory=dict)  # goes into the evidence: `routed_by`


class Rollout(msgspec.Struct, frozen=True):
    """One sample of a batch: what to judge, by whom, and how scores become its reward.

    `judges` has one entry per component of the recipe. `problem` says why the sample cannot be read; then nothing runs.
    """

    id: str
    sample: Sample
    truth: Json
    recipe: Recipe
    judges: tuple[Judge, ...]
    group: str | None = None
    problem: str | None = None


class Result(msgspec.Struct, frozen=True):
    """What comes out for one rollout: a score and milliseconds per component, in the recipe's order."""

    rollout: Rollout
    scores: tuple[Score, ...]
    ms: tuple[float, ...]
    reward: Reward
    advantage: float | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a batch took, in milliseconds, and how many samples were repeats of another."""

    total_ms: float
    queue_ms: float
    samples: int
    deduplicated: int


class _Slots:
    """The scores of one rollout as they come in."""

    __slots__ = ("missing", "ms", "scores")

    def __init__(self, size: int) -> None:
        self.scores: list[Score | None] = [None] * size
        self.ms = [0.0] * size
        self.missing = size


class Batch:
    """The bookkeeping of one request. `on_results` gets finished results, with their index, from any thread."""

    def __init__(
        self,
        rollouts: Sequence[Rollout],
        advantage: Advantage | None = None,
        on_results: Callable[[Sequence[tuple[int, Result]]], None] | None = None,
    ) -> None:
        self.results: list[Result | None] = [None] * len(rollouts)
        self.deduplicated = 0
        self._rollouts = rollouts
        self._advantage = advantage
        self._on_results = on_results
        self._slots: list[_Slots] = []
        self._places: dict[Judgement, list[tuple[int, int]]] = {}
        self._last: dict[int, list[int]] = {}  # the places of rules that need company, by rollout
        self._all_groups = _members(rollouts)
        self._group_tokens: dict[str, tuple[int, ...]] = {}
        self._groups = self._all_groups if advantage else {}
        self._group_missing = {name: len(members) for name, members in self._groups.items()}
        self._missing = len(rollouts)
        self._lock = threading.RLock()
        self._started = time.monotonic()
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: asyncio.Future[None] | None = None
        self.request = Request(self._on_done)

    async def begin(self, engine: Engine, *, at_once: bool = False) -> None:
        """Plan and queue everything, off the event loop unless that is said to be small enough.

        Raises:
            EngineBusyError: too much is queued already; nothing was queued.
        """
        self._loop = asyncio.get_running_loop()
        self._done = self._loop.create_future()
        if at_once:
            self._begin(engine)
        else:
            await asyncio.to_thread(self._begin, engine)

    async def finish(self, engine: Engine, deadline_s: float) -> None:
        """Wait until all is judged, or the deadline has come; afterwards `results` is whole.

        A caller that goes away cancels this; what is still queued is then forgotten.
        """
        if self._done is None:
            raise RuntimeError("a batch is begun before it is finished")
        try:
            left_s = deadline_s - (time.monotonic() - self._started)
            await asyncio.wait([self._done], timeout=max(0.0, left_s))
            if self._missing:
                engine.drop(self.request)
                await asyncio.to_thread(self._expire)
        finally:
            engine.drop(self.request)

    def cut(self) -> None:
        """Let the deadline come now. Called on the event loop, by a service that is about to stop."""
        self._wake()

    @property
    def timing(self) -> Timing:
        total_ms = (time.monotonic() - self._started) * 1000
        return Timing(total_ms, self.request.queue_s * 1000, len(self._rollouts), self.deduplicated)

    # ------------------------------------------------------------------------------------------------------- planning

    def _begin(self, engine: Engine) -> None:
        self._engine = engine
        self._slots = [_Slots(len(rollout.recipe.components)) for rollout in self._rollouts]
        judgements = self._plan()
        engine.submit(self.request, judgements)
        with self._lock:
            self._settle_the_unreadable()
            for index, places in list(self._last.items()):
                if len(places) == len(self._slots[index].scores):
                    self._judge_last(index)
            if not self._rollouts:
                self._tell_the_loop()

    def _plan(self) -> list[Judgement]:
        """Make one judgement for all places that ask the same question."""
        known: dict[object, Judgement] = {}
        truths = _TruthKeys()
        for index, rollout in enumerate(self._rollouts):
            if rollout.problem is not None:
                continue
            repeats = planned = 0
            for place, judge in enumerate(rollout.judges):
                if needs_company(judge.verifier):
                    self._last.setdefault(index, []).append(place)
                    continue
                planned += 1
                truth_key = truths.of(rollout.truth) if judge.verifier.needs_truth else None
                key = (judge.spec, truth_key, rollout.sample)
                judgement = known.get(key)
                repeats += judgement is not None
                if judgement is None:
                    judgement = Judgement(judge.verifier, judge.spec, rollout.sample, rollout.truth, self.request)
                    judgement.cache_key = _cache_key(judgement, truth_key)
                    known[key] = judgement
                    self._places[judgement] = []
                self._places[judgement].append((index, place))
            self.deduplicated += repeats == planned > 0
        return list(known.values())

    def _settle_the_unreadable(self) -> None:
        for index, rollout in enumerate(self._rollouts):
            if rollout.problem is not None:
                self._fill(index, Score(Verdict.BAD_SAMPLE, None, detail=rollout.problem))

    # ------------------------------------------------------------------------------------------------------ finishing

    def _on_done(self, judgement: Judgement, score: Score) -> None:
        with self._lock:
            for index, place in self._places.get(judgement, ()):
                slots = self._slots[index]
                if slots.scores[place] is not None:
                    continue
                slots.scores[place] = score
                slots.ms[place] = judgement.ms
                slots.missing -= 1
                if slots.missing == 0:
                    self._settle(index)
                elif slots.missing == len(self._last.get(index, ())):
                    self._judge_last(index)

    def _judge_last(self, index: int) -> None:
        """All but the rules that need company have judged this sample: now they can."""
        rollout = self._rollouts[index]
        place = rollout.recipe.accuracy_place
        accuracy = None if place is None else self._slots[index].scores[place]
        company = Company(accuracy, self._tokens_of_group(index))
        for place in self._last.pop(index):
            judge = rollout.judges[place]
            judgement = Judgement(judge.verifier, judge.spec, rollout.sample, rollout.truth, self.request)
            self._places[judgement] = [(index, place)]
            if accuracy is not None and accuracy.value is None:
                self._on_done(judgement, UNANSWERED)
            elif self._engine is not None:
                self._engine.judge_beside(judgement, company)

    def _tokens_of_group(self, index: int) -> tuple[int, ...]:
        group = self._rollouts[index].group
        if group is None:
            return _told([self._rollouts[index]])
        if group not in self._group_tokens:
            self._group_tokens[group] = _told(self._rollouts[member] for member in self._all_groups[group])
        return self._group_tokens[group]

    def _fill(self, index: int, score: Score) -> None:
        """Give every component that has no score yet this one, and settle the sample."""
        slots = self._slots[index]
        slots.scores = [known or score for known in slots.scores]
        slots.missing = 0
        self._settle(index)

    def _expire(self) -> None:
        with self._lock:
            for index, slots in enumerate(self._slots):
                if slots.missing:
                    self._fill(index, TOO_LATE)

    def _settle(self, index: int) -> None:
        """All scores of a sample are there: make its result, and let its group go when it was the last one."""
        rollout, slots = self._rollouts[index], self._slots[index]
        scores = tuple(_dressed(score, rollout, place) for place, score in enumerate(slots.scores) if score is not None)
        self.results[index] = Result(rollout, scores, tuple(slots.ms), reward(rollout.recipe, scores))
        self._missing -= 1
        if rollout.group not in self._groups:
            self._emit([index])
        else:
            self._group_missing[rollout.group] -= 1
            if self._group_missing[rollout.group] == 0:
                self._compare(self._groups[rollout.group])
                self._emit(self._groups[rollout.group])
        if self._missing == 0:
            self._tell_the_loop()

    def _compare(self, members: Sequence[int]) -> None:
        together = [result for index in members if (result := self.results[index]) is not None]
        relative = advantages([result.reward.value for result in together], self._advantage or Advantage.GRPO)
        for index, result, value in zip(members, together, relative, strict=True):
            self.results[index] = replace(result, advantage=value)

    def _emit(self, indices: Sequence[int]) -> None:
        if self._on_results is not None:
            self._on_results([(index, result) for index in indices if (result := self.results[index]) is not None])

    def _tell_the_loop(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_result(None)


def _dressed(score: Score, rollout: Rollout, place: int) -> Score:
    """Add what the request says about this sample: how its rule was found, and that its text was cut off."""
    notes = rollout.judges[place].notes if rollout.problem is None else {}
    if notes:
        score = replace(score, evidence={**score.evidence, **notes})
    if rollout.sample.truncated and "truncated" not in score.flags:
        score = replace(score, flags=(*score.flags, "truncated"))
    return score


def _members(rollouts: Sequence[Rollout]) -> dict[str | None, list[int]]:
    groups: dict[str | None, list[int]] = {}
    for index, rollout in enumerate(rollouts):
        if rollout.group is not None:
            groups.setdefault(rollout.group, []).append(index)
    return groups


def _told(rollouts: Iterable[Rollout]) -> tuple[int, ...]:
    """Return the token counts of those samples that tell theirs."""
    counts = (rollout.sample.completion_tokens for rollout in rollouts)
    return tuple(tokens for tokens in counts if tokens is not None)


class _TruthKeys:
    """A short name for each ground truth, equal for equal ones. All samples of a group share theirs."""

    def __init__(self) -> None:
        self._by_identity: dict[int, bytes] = {}

    def of(self, truth: Json) -> bytes:
        key = self._by_identity.get(id(truth))
        if key is None:
            key = hashlib.blake2b(frames.to_json(truth), digest_size=16).digest()
            self._by_identity[id(truth)] = key
        return key


def _cache_key(judgement: Judgement, truth_key: bytes | None) -> bytes | None:
    """Name what decides the verdict. Only what costs more to judge than to remember is remembered."""
    if not is_costly(type(judgement.verifier)):
        return None
    sample = judgement.sample
    parts = (judgement.spec.name, judgement.spec.options, truth_key, sample)
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=16).digest()
