"""Inside a warm worker: judge what the service orders, one after another, each under its own CPU budget.

The budget is a kernel timer (ITIMER_PROF) whose signal nobody handles: whatever hangs, in Python or in C, is killed on
its CPU time, and the service reads the cause from the signal. A worker is forked from a template that has imported the
rules already. It does not guard against memory that the service itself lacks: `memory_bytes` bounds its address space.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import astuple

from verifiers.base import Json, Judging, Sample, SampleError, Score, TruthError, Unavailable, Verdict, Verifier
from verifiers.engine import frames
from verifiers.engine.crash import told
from verifiers.registry import Registry, Spec

OVER_BUDGET_SIGNAL = signal.SIGPROF
MAX_RULES = 256


class Ask(StrEnum):
    """What is asked of a rule: a judgement; whether the ground truth alone can be read, and its kind; for votes, a
    completion's answer, and whether two answers (the pair in `truth`) are the same."""

    JUDGE = "judge"
    CHECK_TRUTH = "check_truth"
    KIND = "kind"
    READ = "read"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Order:
    """One piece of work for a worker. `budget_s` is CPU time."""

    ask: Ask
    spec: Spec
    sample: Sample
    truth: Json
    budget_s: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker says of one order: a score, or the text of a crash that it survived."""

    score: Score | None
    crash: str = ""
    ms: float = 0.0


_spec_values = attrgetter(*(field.name for field in fields(Spec)))


def pack_orders(orders: Sequence[Order]) -> bytes:
    """Write orders as one pickle of plain tuples, which is several times as fast as one of dataclasses."""
    return pickle.dumps([(o.ask, _spec_values(o.spec), astuple(o.sample), o.truth, o.budget_s) for o in orders])


def unpack_orders(body: bytes) -> Iterator[Order]:
    """Read what `pack_orders` wrote. The service is trusted, hence a pickle."""
    for ask, spec, sample, truth, budget_s in pickle.loads(body):
        yield Order(ask, Spec(*spec), Sample(*sample), truth, budget_s)


class Setup(msgspec.Struct, frozen=True):
    """What a new worker is told before its first order."""

    memory_bytes: int
    mounted: str | None = None


def serve(header: bytes, descriptors: list[int]) -> None:
    """Answer orders until the service closes the socket; the fork server calls this in each new worker."""
    setup = msgspec.json.decode(header, type=Setup)
    _bound_memory(setup.memory_bytes)
    registry = Registry.discover(mounted=Path(setup.mounted) if setup.mounted else None)
    build = lru_cache(maxsize=MAX_RULES)(registry.build)
    with socket.socket(fileno=descriptors[0]) as service:
        reader = frames.Reader(service)
        while True:
            try:
                for order in unpack_orders(reader.frame()):
                    frames.send(service, pack(answer(order, build)))
            except frames.Closed:
                return


def _bound_memory(memory_bytes: int) -> None:
    with open("/proc/self/statm") as statm:
        in_use = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (in_use + memory_bytes, in_use + memory_bytes))


def answer(order: Order, build: Callable[[Spec], Verifier]) -> Answer:
    """Carry out one order; the process dies here when the budget is passed."""
    started = time.perf_counter()
    signal.setitimer(signal.ITIMER_PROF, order.budget_s)
    try:
        score = _carry_out(order, build(order.spec))
    except Exception as error:  # noqa: BLE001 - the worker's half of the engine's one handler: the service decides
        return Answer(None, told(error))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return Answer(score, ms=(time.perf_counter() - started) * 1000)


def _carry_out(order: Order, rule: Verifier) -> Score:
    try:
        score = carry_out(order.ask, rule, order.sample, order.truth)
    except (TruthError, SampleError, Unavailable) as error:
        return abstention(error)
    if not isinstance(score, Score):
        raise TypeError(f"a heavy rule returns a Score, but {rule.name} yields work")
    return score


def carry_out(ask: Ask, rule: Any, sample: Sample, truth: Json) -> Score | Judging:
    """Ask a rule, and put its answer as a Score: what was read stands in `evidence.read`.

    Raises:
        TruthError, SampleError, Unavailable: from the rule.
    """
    if ask is Ask.JUDGE:
        judged: Score | Judging = rule.verify(sample, truth)
        return judged
    if ask is Ask.CHECK_TRUTH:
        rule.check_truth(truth)
        return Score(Verdict.CORRECT, 1.0)
    if ask is Ask.SAME:
        return Score(Verdict.CORRECT, 1.0) if rule.same(*truth) else Score(Verdict.INCORRECT, 0.0)
    if ask is Ask.KIND:
        return Score(Verdict.CORRECT, 1.0, str(rule.kind(truth)))
    read = rule.read(sample)
    if read is None:
        return Score(Verdict.NO_ANSWER, 0.0)
    return Score(Verdict.CORRECT, 1.0, str(read), evidence={"read": read})


def abstention(error: TruthError | SampleError | Unavailable) -> Score:
    """Turn the three errors a rule may raise into the Score that says whose fault it was."""
    verdict = {TruthError: Verdict.BAD_TRUTH, SampleError: Verdict.BAD_SAMPLE, Unavailable: Verdict.UNAVAILABLE}
    return Score(verdict[type(error)], None, detail=str(error))


def pack(answered: Answer) -> bytes:
    """Write an answer as JSON text."""
    score = answered.score
    if score is None:
        return frames.to_json({"crash": answered.crash})
    return frames.to_json(
        {
            "score": [score.verdict, score.value, score.answer, score.detail, score.flags, score.evidence, score.steps],
            "ms": answered.ms,
        }
    )


def unpack(body: bytes) -> Answer:
    """Read what `pack` wrote. Raises frames.Closed on anything else."""
    message: Any = frames.from_json(body)
    try:
        if "crash" in message:
            return Answer(None, str(message["crash"]))
        verdict, value, text, detail, flags, evidence, steps = message["score"]
        score = Score(Verdict(verdict), value, text, detail, tuple(flags), evidence, tuple(steps))
        return Answer(score, ms=float(message["ms"]))
    except (KeyError, TypeError, ValueError) as error:
        raise frames.Closed from error
