"""What a worker's end means for the sample: each row of the table in `verifiers.engine.trials`, with real workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.run import Sandbox, SandboxConfig
from verifiers.base import Sample, Score
from verifiers.engine.batch import Batch, Judge, Rollout
from verifiers.engine.engine import Engine, EngineConfig
from verifiers.recipes.combine import Component, Recipe
from verifiers.registry import Registry, Spec

RULES = Path(__file__).parents[2] / "corpus" / "rules"
ACCURACY = Recipe("accuracy", (Component("accuracy", "$sample"),))
Scores = Callable[..., list[Score]]


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scores]:
    registry = Registry.discover(mounted=RULES)
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch")))
    config = EngineConfig(2, registry.preload, mounted=RULES, worker_memory_bytes=2**28, cache_entries=0)
    engine = Engine(config, sandbox)
    engine.start()

    def judge(*pairs: tuple[str, str]) -> list[Score]:
        spec = Spec("misbehaves")
        judges = (Judge(registry.build(spec), spec),)
        batch = Batch([Rollout(str(i), Sample(said), truth, ACCURACY, judges) for i, (said, truth) in enumerate(pairs)])

        async def whole() -> None:
            await batch.begin(engine)
            await batch.finish(engine, 60)

        asyncio.run(whole())
        return [result.scores[0] for result in batch.results if result is not None]

    yield judge
    engine.close()
    sandbox.close()


@pytest.mark.parametrize(
    ("completion", "truth", "verdict", "flags"),
    [
        ("fine", "fine", "correct", ()),
        ("wrong", "fine", "incorrect", ()),
        ("spin", "fine", "incorrect", ("verify_timeout",)),
        ("abort", "fine", "incorrect", ("verify_crash",)),
        ("exit", "fine", "incorrect", ("verify_crash",)),
        ("raise", "fine", "incorrect", ("verify_crash",)),
        ("eat", "fine", "incorrect", ("verify_crash",)),
        ("recurse", "fine", "incorrect", ("verify_crash",)),
        ("die", "fine", "internal_error", ()),
        ("fine", "spin", "bad_truth", ()),
        ("fine", "abort", "bad_truth", ()),
        ("fine", "raise", "bad_truth", ()),
        ("spin", "spin", "bad_truth", ()),
    ],
)
def test_what_a_worker_s_end_means(
    scores: Scores, completion: str, truth: str, verdict: str, flags: tuple[str, ...]
) -> None:
    (score,) = scores((completion, truth))
    assert (score.verdict, score.flags) == (verdict, flags)


def test_a_sample_over_the_first_small_budget_still_gets_its_whole_one(scores: Scores) -> None:
    (score,) = scores(("work", "fine"))
    assert (score.verdict, score.flags) == ("incorrect", ())


def test_neighbours_of_what_kills_a_worker_keep_their_verdicts(scores: Scores) -> None:
    deadly = ["spin", "abort", "exit", "raise", "eat"]
    pairs = [(f"{what} {n}", "fine") for n in range(4) for what in ("fine", *deadly, "fine", "wrong")]
    verdicts = [score.verdict for score in scores(*pairs)]
    assert verdicts == ["correct", *["incorrect"] * 5, "correct", "incorrect"] * 4
