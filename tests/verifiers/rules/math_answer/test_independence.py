"""A verdict depends on its sample alone: not on order, on the size of the batch, or on what a worker judged before."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from sandbox.run import Sandbox, SandboxConfig
from verifiers.base import Sample, TruthError
from verifiers.engine.batch import Batch, Judge, Rollout
from verifiers.engine.engine import Engine, EngineConfig
from verifiers.recipes.combine import Component, Recipe
from verifiers.registry import Registry, Spec

CORPUS = Path(__file__).parents[3] / "corpus" / "math.jsonl"
CASES = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()][::4]
REGISTRY = Registry.discover()
ACCURACY = Recipe("accuracy", (Component("accuracy", "$sample"),))
# Our own reader leaves these to math-verify, whose library draws points at random.
LEFT_TO_SYMPY = [
    ("\\int x^2 dx", "\\int x^2 \\, dx + 0"),
    ("\\int \\sin x\\, dx", "-\\cos x"),
    ("\\lim_{x\\to 0} \\frac{\\sin x}{x}", "\\lim_{t\\to 0}\\frac{\\sin t}{t}"),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch")))
    engine = Engine(EngineConfig(cores=2, preload=REGISTRY.preload, cache_entries=0), sandbox)
    engine.start()
    yield engine
    engine.close()
    sandbox.close()


def _rollout(case: dict) -> Rollout:
    completion = case.get("completion", f"The result is $\\boxed{{{case.get('answer', '')}}}$.")
    spec = Spec.of("math", case.get("options"))
    sample = Sample(completion, case.get("prompt"))
    return Rollout("id", sample, case["ground_truth"], ACCURACY, (Judge(REGISTRY.build(spec), spec),))


def _verdicts(engine: Engine, cases: Sequence[dict]) -> list[str]:
    async def whole() -> list[str]:
        batch = Batch([_rollout(case) for case in cases])
        await batch.begin(engine)
        await batch.finish(engine, 60)
        return [result.scores[0].verdict for result in batch.results if result is not None]

    return asyncio.run(whole())


@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_verdicts_do_not_depend_on_order_or_batch_size(engine: Engine, size: int) -> None:
    cases = list(CASES)
    random.Random(size).shuffle(cases)

    for start in range(0, len(cases), size):
        part = cases[start : start + size]
        assert _verdicts(engine, part) == [case["verdict"] for case in part]


def test_verdicts_do_not_depend_on_what_was_judged_before() -> None:
    rule = REGISTRY.build(Spec.of("math"))
    golds = [case["ground_truth"] for case in CASES]
    fresh = [rule.verify(Sample(f"\\boxed{{{answer}}}"), gold).verdict for answer, gold in LEFT_TO_SYMPY]

    for answer, gold in zip(golds, reversed(golds), strict=True):
        try:
            rule.verify(Sample(f"\\boxed{{{answer}}}"), gold)
        except TruthError:
            continue

    assert [rule.verify(Sample(f"\\boxed{{{answer}}}"), gold).verdict for answer, gold in LEFT_TO_SYMPY] == fresh


def test_sympy_draws_the_same_numbers_for_the_same_pair() -> None:
    from sympy.core.random import rng

    from verifiers.rules.math_answer.second_opinion import agrees

    states = []
    for earlier in ("x+1", "x^7"):
        agrees("\\int x^2 dx", earlier)
        agrees("\\int x dx", "\\frac{x^2}{2}")
        states.append(rng.getstate())

    assert states[0] == states[1]
