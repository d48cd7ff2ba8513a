"""Every line of the corpus gets the verdict that stands in it."""

import json
from pathlib import Path

import pytest

from verifiers.base import Sample
from verifiers.registry import Registry, Spec

CORPUS = Path(__file__).parents[3] / "corpus" / "math.jsonl"
CASES = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
REGISTRY = Registry.discover()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_the_corpus_verdict_holds(case: dict) -> None:
    rule = REGISTRY.build(Spec.of("math", case.get("options")))
    completion = case.get("completion") or f"The result is $\\boxed{{{case.get('answer', '')}}}$."
    if "completion" in case:
        completion = case["completion"]

    score = rule.verify(Sample(completion, case.get("prompt")), case["ground_truth"])

    assert score.verdict == case["verdict"], score.steps
    assert set(case.get("flags", ())) <= set(score.flags)


def test_the_corpus_is_broad() -> None:
    assert len(CASES) >= 250
    assert {case["verdict"] for case in CASES} == {"correct", "incorrect", "no_answer"}
