"""A vote in a queue that is full: it may be refused before it has begun, and not where its batch is judged already."""

from __future__ import annotations

import asyncio
import time

import pytest

from verifiers.base import Sample
from verifiers.engine.batch import Judge
from verifiers.engine.engine import Engine, EngineBusyError, EngineConfig
from verifiers.groups.vote import Poll, Vote, count_votes
from verifiers.registry import Registry, Spec


def votes(registry: Registry, *, is_refusable: bool) -> list[Vote | None]:
    full = Engine(EngineConfig(cores=1, max_backlog=2), slots=None)  # type: ignore[arg-type]  # never started
    spec = Spec.of("math", {})
    poll = Poll(Judge(registry.build(spec), spec), [Sample(f"\\boxed{{{n}}}") for n in range(3)])
    return asyncio.run(count_votes(full, [poll], time.monotonic(), is_refusable=is_refusable))


def test_a_vote_that_nothing_hangs_on_is_refused(registry: Registry) -> None:
    with pytest.raises(EngineBusyError):
        votes(registry, is_refusable=True)


def test_the_vote_of_a_batch_that_is_judged_is_taken(registry: Registry) -> None:
    assert votes(registry, is_refusable=False) == [None]  # nobody works here, so the deadline came before
