"""The strict equality that votes are counted by is symmetric and forgives nothing."""

import json
from collections import defaultdict
from itertools import permutations
from pathlib import Path

import pytest

from verifiers.base import Sample
from verifiers.rules.math_answer import MathAnswer

RULE = MathAnswer()
CORPUS = Path(__file__).parents[3] / "corpus" / "math.jsonl"


@pytest.mark.parametrize(
    ("a", "b"), [("1/2", "0.5"), (r"50\%", "0.5"), ("x^2-1", "(x-1)(x+1)"), (r"\{1,2\}", r"\{2,1\}")]
)
def test_equal_answers_are_the_same_both_ways(a: str, b: str) -> None:
    assert RULE.same(a, b)
    assert RULE.same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [(r"50\%", "50"), ("12 cm", "12"), (r"45^\circ", "45"), ("41.494", r"17+10\sqrt6"), ("1", "2"), ("1011_2", "1011")],
)
def test_what_is_forgiven_before_a_gold_is_not_the_same(a: str, b: str) -> None:
    assert not RULE.same(a, b)
    assert not RULE.same(b, a)


def test_the_answer_of_a_completion_is_read() -> None:
    assert RULE.read(Sample(r"So \boxed{\frac12}.")) == r"\frac12"


def test_a_completion_without_an_answer_reads_as_none() -> None:
    assert RULE.read(Sample(r"\boxed{3")) is None


def _groups() -> list[list[str]]:
    """The texts of the corpus that stand for one question: a gold and all that was said for it."""
    groups: dict[str, list[str]] = defaultdict(list)
    for line in CORPUS.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        if isinstance(case["ground_truth"], str) and case.get("answer", "").strip():
            groups[case["ground_truth"]] += [case["ground_truth"], case["answer"]]
    return [list(dict.fromkeys(texts))[:12] for texts in groups.values()]


def test_the_same_is_symmetric_and_transitive_on_the_corpus() -> None:
    for texts in _groups():
        same = {(a, b): RULE.same(a, b) for a, b in permutations(texts, 2)}
        assert [pair for pair in same if same[pair] is not same[pair[::-1]]] == []
        assert [(a, b, c) for a, b, c in permutations(texts, 3) if same[a, b] and same[b, c] and not same[a, c]] == []


@pytest.mark.parametrize(
    ("a", "b"), [("x=3", "3"), ("x=3", "y=3"), ("17 + 4 = 21", "21"), ("x>3", r"(3,\infty)"), ("(B) 5", "B")]
)
def test_answers_to_one_question_are_the_same_though_one_gives_a_name(a: str, b: str) -> None:
    assert RULE.same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [("(1,2)", "1,2"), ("y=2x", "2x"), ("Ann: 1, Bob: 2", "1, 2"), ("3:30", "3:30 pm"), (r"\$5", "5"), ("(B) 5", "5")],
)
def test_what_would_not_be_transitive_is_not_the_same(a: str, b: str) -> None:
    assert not RULE.same(a, b)
