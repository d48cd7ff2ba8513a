"""The engine with real workers and real programs: kills, crashes, turns, deadlines."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import weakref
from collections.abc import Callable

import pytest

from verifiers.base import Verdict
from verifiers.engine.batch import Batch, Result, Rollout
from verifiers.engine.engine import Engine, EngineBusyError, EngineConfig
from verifiers.registry import Registry

Make = Callable[..., Rollout]
Judge = Callable[..., list[Result]]

HANGS = "\\int_0^1 \\sin(\\cos(x^{\\sqrt{x}})) \\tan(e^{x^7}) dx"
ENDLESS = "while True:\n    pass"


def verdicts(results: list[Result]) -> list[str]:
    return [result.scores[0].verdict for result in results]


def test_a_killed_worker_loses_no_sample(engine: Engine, rollout: Make, judge: Judge) -> None:
    killed: list[int] = []

    def kill_one(_: object) -> None:
        if len(killed) < 2:
            killed.append(engine.worker_pids[0])
            os.kill(killed[-1], signal.SIGKILL)

    samples = [rollout(f"\\boxed{{\\sqrt{{{n}}}+1}}", f"1+\\sqrt{{{n}}}") for n in range(2, 150)]
    results = judge(samples, on_results=kill_one)
    assert len(killed) == 2
    assert verdicts(results) == ["correct"] * len(samples)


def test_a_hung_comparison_is_wrong_and_says_so(rollout: Make, judge: Judge) -> None:
    results = judge([rollout(f"\\boxed{{{HANGS}}}", "1", cpu_budget_s=0.4), rollout("\\boxed{1}", "1")])
    assert verdicts(results) == ["incorrect", "correct"]
    hung = results[0].scores[0]
    assert set(hung.flags) <= {"verify_timeout", "unevaluated"}


def test_the_verdict_of_a_hung_comparison_is_remembered(engine: Engine, rollout: Make, judge: Judge) -> None:
    sample = rollout(f"\\boxed{{2+{HANGS}}}", "1", cpu_budget_s=0.4)
    judge([sample])
    hits = engine.cache.hits
    assert verdicts(judge([sample])) == ["incorrect"]
    assert engine.cache.hits == hits + 1


def test_the_deadline_abstains_and_frees_the_queue(engine: Engine, rollout: Make, judge: Judge) -> None:
    slow = [rollout(f"{ENDLESS}\n# {n}", {"tests": [{"stdin": "", "stdout": "x"}]}, "code") for n in range(8)]
    results = judge([*slow, rollout("\\boxed{5}", "5")], deadline_s=1.0)
    assert verdicts(results)[2:8] == ["deadline"] * 6
    assert engine.backlog == 0


def test_programs_that_nobody_waits_for_give_their_cores_back(rollout: Make, judge: Judge) -> None:
    truth = {"tests": [{"stdin": "", "stdout": "x"}]}
    judge([rollout(f"{ENDLESS}\n# a{n}", truth, "code", time_limit_s=300) for n in range(2)], deadline_s=0.5)
    results = judge([rollout("print('x')", truth, "code")], deadline_s=20)
    assert verdicts(results) == ["correct"]


def test_a_cancelled_batch_leaves_nothing_in_the_queue(engine: Engine, rollout: Make) -> None:
    samples = [rollout(f"{ENDLESS}\n# c{n}", {"tests": [{"stdin": "", "stdout": "x"}]}, "code") for n in range(9)]

    async def hang_up() -> None:
        batch = Batch(samples)
        await batch.begin(engine)
        waiting = asyncio.ensure_future(batch.finish(engine, 60))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(hang_up())
    assert engine.backlog == 0


def test_a_small_request_is_answered_while_a_large_one_runs(engine: Engine, rollout: Make) -> None:
    truth = {"tests": [{"stdin": "", "stdout": "1"}]}
    large = [rollout(f"sum(range(300000))\nprint(1) # {n}", truth, "code") for n in range(300)]

    async def both() -> tuple[int, list[str]]:
        big, small = Batch(large), Batch([rollout("\\boxed{\\frac{7}{2}}", "3.5")])
        await big.begin(engine)
        finishing = asyncio.ensure_future(big.finish(engine, 120))
        await small.begin(engine)
        await small.finish(engine, 60)
        left = sum(result is None for result in big.results)
        await finishing
        return left, verdicts([result for result in [*small.results, *big.results] if result])

    left, all_verdicts = asyncio.run(both())
    assert left > 200
    assert all_verdicts == ["correct"] * 301


@pytest.mark.parametrize("truth", ["5", "\\sqrt{5}"])
def test_a_finished_batch_holds_its_texts_no_longer(engine: Engine, rollout: Make, truth: str) -> None:
    samples = [rollout(f"\\boxed{{{n}}}", truth) for n in range(4)]

    async def judged() -> weakref.ref[Batch]:
        batch = Batch(samples)
        await batch.begin(engine)
        await batch.finish(engine, 60)
        return weakref.ref(batch)

    gc.collect()
    gc.disable()
    try:
        assert asyncio.run(judged())() is None
    finally:
        gc.enable()


def test_a_full_backlog_takes_nothing_more(registry: Registry, rollout: Make) -> None:
    full = Engine(EngineConfig(cores=1, max_backlog=2), slots=None)  # type: ignore[arg-type]  # never started

    async def submit() -> None:
        await Batch([rollout(f"\\boxed{{{n}}}", "1") for n in range(3)]).begin(full)

    with pytest.raises(EngineBusyError):
        asyncio.run(submit())
    assert full.backlog == 0


def test_a_ground_truth_that_hangs_by_itself_is_null(rollout: Make, judge: Judge) -> None:
    results = judge([rollout("\\boxed{1}", HANGS, cpu_budget_s=0.4)])
    assert results[0].scores[0].verdict in (Verdict.BAD_TRUTH, Verdict.INCORRECT)
