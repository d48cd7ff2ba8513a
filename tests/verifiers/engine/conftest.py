"""A real engine: workers, lanes and sandbox, on two cores."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

import pytest

from sandbox.run import Sandbox, SandboxConfig
from verifiers.base import Json, Sample
from verifiers.engine.batch import Batch, Judge, Result, Rollout
from verifiers.engine.engine import Engine, EngineConfig
from verifiers.recipes.combine import Component, Recipe
from verifiers.registry import Registry, Spec

ACCURACY = Recipe("accuracy", (Component("accuracy", "$sample"),))
Judged = Callable[..., list[Result]]


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry.discover()


@pytest.fixture(scope="module")
def engine(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch")))
    engine = Engine(EngineConfig(cores=2, preload=registry.preload), sandbox)
    engine.start()
    yield engine
    engine.close()
    sandbox.close()


@pytest.fixture(scope="session")
def rollout(registry: Registry) -> Callable[..., Rollout]:
    def make(completion: str, truth: Json, verifier: str = "math", **options: Json) -> Rollout:
        spec = Spec.of(verifier, options)
        return Rollout("id", Sample(completion), truth, ACCURACY, (Judge(registry.build(spec), spec),))

    return make


@pytest.fixture
def judge(engine: Engine) -> Judged:
    def run(
        rollouts: Sequence[Rollout], deadline_s: float = 60, on_results: Callable[..., None] | None = None
    ) -> list[Result]:
        async def whole() -> list[Result]:
            batch = Batch(rollouts, on_results=on_results)
            await batch.begin(engine)
            await batch.finish(engine, deadline_s)
            return [result for result in batch.results if result is not None]

        return asyncio.run(whole())

    return run
