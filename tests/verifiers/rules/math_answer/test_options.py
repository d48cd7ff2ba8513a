"""What a caller may choose, what is refused, and what a trace tells."""

import pytest

from verifiers.base import Sample, Score, Verdict
from verifiers.registry import BadOption, Registry, Spec

REGISTRY = Registry.discover()


def judged(completion: str, truth: str, **options: object) -> Score:
    return REGISTRY.build(Spec.of("math", options)).verify(Sample(completion), truth)


def verdict(answer: str, truth: str, **options: object) -> Verdict:
    return judged(f"So \\boxed{{{answer}}}.", truth, **options).verdict


@pytest.mark.parametrize(("answer", "truth"), [("12", "12 cm"), ("5", "\\$5"), ("12 cm", "12"), ("\\$5", "5")])
def test_strict_units_refuse_a_missing_unit(answer: str, truth: str) -> None:
    assert verdict(answer, truth) is Verdict.CORRECT
    assert verdict(answer, truth, strict_units=True) is Verdict.INCORRECT


@pytest.mark.parametrize(("answer", "truth"), [("12 cm", "12 cm"), ("1 m", "100 cm"), ("\\$5.00", "\\$5"), ("7", "7")])
def test_strict_units_take_the_same_unit_and_one_that_converts(answer: str, truth: str) -> None:
    assert verdict(answer, truth, strict_units=True) is Verdict.CORRECT


@pytest.mark.parametrize("answer", ["3", "x=3", "6/2", "\\sqrt{9}"])
def test_an_answer_of_an_allowed_kind_is_right(answer: str) -> None:
    assert verdict(answer, "3", kinds=["number"]) is Verdict.CORRECT


def test_a_right_answer_of_another_kind_is_wrong() -> None:
    score = judged("\\boxed{1,2}", "\\{1,2\\}", kinds=["set", "interval"])

    assert score.verdict is Verdict.INCORRECT
    assert "only set, interval" in score.detail


@pytest.mark.parametrize(
    ("completion", "found"),
    [
        ("\\boxed{5}", ("box", "stated", "whole")),
        ("The answer is 5.", ("stated", "whole")),
        ("5", ("whole",)),
    ],
)
def test_extraction_says_where_an_answer_may_stand(completion: str, found: tuple[str, ...]) -> None:
    for extraction in ("box", "stated", "whole"):
        expected = Verdict.CORRECT if extraction in found else Verdict.NO_ANSWER
        assert judged(completion, "5", extraction=extraction).verdict is expected


@pytest.mark.parametrize(
    "options",
    [
        {"tolerance": -1},
        {"tolerance": "near"},
        {"tolerance": True},
        {"percent": None},
        {"strict_units": 1},
        {"kinds": []},
        {"kinds": ["sets"]},
        {"kinds": "number"},
        {"extraction": "all"},
        {"cpu_budget_s": 0},
        {"max_answer_chars": 0},
        {"where": "nowhere"},
        {"unit": True},
    ],
    ids=str,
)
def test_an_option_of_the_wrong_type_or_out_of_range_is_refused(options: dict) -> None:
    with pytest.raises(BadOption):
        REGISTRY.build(Spec.of("math", options))


def test_every_option_has_a_schema() -> None:
    schema = REGISTRY.option_schema("math")["properties"]

    assert {"tolerance", "percent", "strict_units", "kinds", "extraction", "where", "cpu_budget_s"} <= set(schema)
    assert schema["extraction"]["enum"] == ["box", "stated", "whole"]


def test_the_trace_tells_text_and_span_both_forms_the_comparison_and_why() -> None:
    trace = "\n".join(judged("So \\boxed{(x-1)(x+1)}.", "x^2-1").steps)

    assert "characters 10 to 20: '(x-1)(x+1)'" in trace
    assert "the gold reads as add(pow(x, 2), neg(1))" in trace
    assert "the answer reads as mul(add(x, neg(1)), add(x, 1))" in trace
    assert "compared as the gold's kind: add" in trace
    assert "correct: equal values" in trace


def test_the_trace_of_plain_numbers_tells_both_values() -> None:
    assert "plain numbers: the gold is 1/2, the answer 1/2" in judged("\\boxed{0.5}", "\\frac12").steps


def test_a_comparison_by_math_verify_is_told() -> None:
    trace = "\n".join(judged("\\boxed{\\int x^2 dx}", "\\int x \\cdot x \\, dx").steps)

    assert "math-verify was asked" in trace
