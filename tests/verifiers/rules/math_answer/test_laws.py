"""The laws that every verifier keeps, held on golds of every kind."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verifiers.base import Sample, Score, TruthError, Verdict
from verifiers.rules.math_answer import MathAnswer

RULE = MathAnswer()
GOLDS = [
    "5",
    "-1,234.5",
    r"\frac{3}{4}",
    r"2\sqrt{3}",
    "x^2 - 1",
    r"\{1,2,3\}",
    "(1,2)",
    r"(-\infty, 0) \cup [1, 2)",
    "x > 3",
    r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
    "y = 2x+1",
    "f(x) = x^2",
    r"k\pi, k\in\mathbb{Z}",
    r"45^\circ",
    r"50\%",
    r"12\text{ cm}",
    "1011_2",
    "3+4i",
    r"\text{no solution}",
    "Mia and Leo",
    r"1, 2, \ldots, n",
    r"\text{(B)}",
    r"10^{1000000}",
    r"\frac{1}{301!}",
    r"\int_0^1 x\,dx",
    r"\sum_{k=1}^{10} k",
    r"\pm 2",
    "3:30 pm",
    "½",
]


def verdict(completion: str, truth: object) -> Verdict:
    return RULE.verify(Sample(completion), truth).verdict


@pytest.mark.parametrize("gold", GOLDS)
def test_the_ground_truth_written_out_scores_one(gold: str) -> None:
    assert verdict(f"So it is $\\boxed{{{gold}}}$.", gold) is Verdict.CORRECT


@pytest.mark.parametrize("gold", GOLDS)
def test_every_gold_passes_its_own_check(gold: str) -> None:
    RULE.check_truth(gold)


@pytest.mark.parametrize("gold", GOLDS)
@pytest.mark.parametrize("empty", ["", " ", "\n\n", r"\boxed{}", r"\boxed{ }", "<answer></answer>", "$", r"\boxed{$$}"])
def test_an_empty_completion_never_scores(gold: str, empty: str) -> None:
    assert verdict(empty, gold) is not Verdict.CORRECT


@pytest.mark.parametrize("gold", GOLDS)
@pytest.mark.parametrize("other", ["17", "x^7", r"\{7\}", r"(7,8,9)", "z > 7", r"\text{seven}", r"\pi^7"])
def test_a_wrong_answer_of_any_kind_scores_zero(gold: str, other: str) -> None:
    assert verdict(f"$\\boxed{{{other}}}$", gold) is Verdict.INCORRECT


def test_the_same_input_gives_the_same_score() -> None:
    sample = Sample(r"$\boxed{(x-1)(x+1)}$")

    assert RULE.verify(sample, "x^2-1") == RULE.verify(sample, "x^2-1")


def test_the_example_scores_one() -> None:
    assert verdict(MathAnswer.example["completion"], MathAnswer.example["ground_truth"]) is Verdict.CORRECT


PIECES = [
    *"0123456789xyneiabc+-*/^_=<>(){}[]|,.;:!%' ", "\\frac", "\\sqrt", "\\pi", "\\le", "\\in", "\\cup", "\\text{", "\\{", "\\}",
    "\\pm", "\\infty", "^\\circ", "\\begin{pmatrix}", "\\end{pmatrix}", "\\\\", "&", "\\sin", "\\log", "\\sum", "\\boxed{", " or ",
    " and ", "\\mid", "\\mathbb{Z}", "\\overline{", "_2", "1,234",
]  # fmt: skip
TEXT_OF_FORMULAS = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_gives_a_score(text: str) -> None:
    assert isinstance(RULE.verify(Sample(text), "5"), Score)


@settings(max_examples=250, deadline=None)
@given(TEXT_OF_FORMULAS, st.sampled_from(GOLDS))
def test_any_heap_of_formula_pieces_gives_a_score(text: str, gold: str) -> None:
    assert isinstance(RULE.verify(Sample(f"\\boxed{{{text}}}"), gold), Score)


@settings(max_examples=150, deadline=None)
@given(TEXT_OF_FORMULAS)
def test_any_ground_truth_gives_a_score_or_a_truth_error(truth: str) -> None:
    try:
        score = RULE.verify(Sample("\\boxed{5}"), truth)
    except TruthError:
        return
    assert isinstance(score, Score)


@pytest.mark.parametrize("odd", ["\ud800", "\x00", "5\x00", "\\boxed{\ud800}", "\u202e5", "🦆"])
def test_surrogates_and_control_characters_give_a_score(odd: str) -> None:
    assert isinstance(RULE.verify(Sample(odd), "5"), Score)
