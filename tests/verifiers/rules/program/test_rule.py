"""The rule alone: outcomes are fed in by hand, as the engine would send them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from sandbox import plain
from sandbox.base import LanguageUnavailable, Outcome, Reply, Status
from verifiers.base import Run, Sample, Score, TruthError, Unavailable, Verdict
from verifiers.registry import BadOption, Registry, Spec
from verifiers.rules.program import Code

PROGRAM = "```python\nprint(int(input()) * 2)\n```"
FUNCTION = "```python\ndef f(x):\n    return x\n```"
THREE = {"tests": [{"stdin": f"{n}\n", "stdout": f"{2 * n}\n"} for n in (1, 2, 3)]}
CALLS = {"entry_point": "f", "tests": [{"args": [n], "expected": n} for n in (1, 2, 3)]}
GROUPS = {
    "groups": [
        {"points": 1, "tests": [{"stdin": "1\n", "stdout": "2\n"}, {"stdin": "2\n", "stdout": "4\n"}]},
        {"points": 3, "tests": [{"stdin": "3\n", "stdout": "6\n"}]},
    ]
}


class Engine:
    """Plays the engine: `play` says what becomes of a run. Keeps the runs that the rule asked for."""

    def __init__(self, play: Callable[[Run], Outcome]) -> None:
        self.play = play
        self.runs: list[Run] = []
        self.widths: list[int] = []

    def judge(self, completion: str, truth: Any, **options: Any) -> Score:
        judging = msgspec.convert(options, Code).verify(Sample(completion), truth)
        answer: Any = None
        while True:
            try:
                is_lacking = isinstance(answer, LanguageUnavailable)
                work = judging.throw(answer) if is_lacking else judging.send(answer)  # type: ignore[union-attr]  # this rule always gives a generator
            except StopIteration as end:
                score: Score = end.value
                return score
            runs = work if isinstance(work, tuple) else (work,)
            self.widths.append(len(runs))
            self.runs += runs
            try:
                outcomes = tuple(map(self.play, runs))
            except LanguageUnavailable as error:
                answer = error
                continue
            answer = outcomes if isinstance(work, tuple) else outcomes[0]


def doubling(run: Run) -> Outcome:
    return Outcome(Status.OK, 0, stdout=f"{int(run.stdin) * 2}\n".encode(), cpu_s=0.01, peak_bytes=1000)


def lacking(run: Run) -> Outcome:
    raise LanguageUnavailable(f"{run.program.language} is not served here: install rustc")


def failing_on(wrong: Mapping[bytes, Outcome]) -> Callable[[Run], Outcome]:
    return lambda run: wrong.get(run.stdin) or doubling(run)


def ended(status: Status, **more: Any) -> Outcome:
    return Outcome(status, **more)


def replying(answer: Callable[[dict[str, Any]], Any], last: Outcome | None = None) -> Callable[[Run], Outcome]:
    """Answer each request with what `answer` gives, until it gives None: there the program has ended as `last`."""

    def play(run: Run) -> Outcome:
        bodies = []
        for request in map(plain.decode, run.requests):
            body = {"found": True} if "find" in request else answer(request)
            if body is None:
                break
            bodies.append(Reply(plain.encode(body), 0.01))
        ending = last if last and len(bodies) < len(run.requests) else Outcome(Status.OK, 0)
        return _with(ending, tuple(bodies))

    return play


def _with(outcome: Outcome, replies: tuple[Reply, ...]) -> Outcome:
    return Outcome(outcome.status, outcome.exit_code, stderr=outcome.stderr, cpu_s=0.05, replies=replies)


def echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"value": request["args"][0]}


# ------------------------------------------------------------------------------------------------ standard input


def test_a_program_that_passes_all_tests_is_correct() -> None:
    score = Engine(doubling).judge(PROGRAM, THREE)
    assert (score.verdict, score.value) == (Verdict.CORRECT, 1.0)
    assert (score.evidence["passed"], score.evidence["total"]) == (3, 3)
    assert score.answer == "print(int(input()) * 2)\n"


def test_each_test_is_in_the_evidence_with_what_it_used() -> None:
    tests = Engine(doubling).judge(PROGRAM, THREE).evidence["tests"]
    assert tests == [{"verdict": "correct", "cpu_s": 0.01, "peak_bytes": 1000}] * 3


def test_no_input_and_no_output_stands_in_the_evidence() -> None:
    secret = {"tests": [{"stdin": "111\n", "stdout": "424242\n"}]}
    score = Engine(doubling).judge(PROGRAM, secret)
    assert score.verdict is Verdict.INCORRECT
    assert "424242" not in json.dumps(score.evidence) + score.detail
    assert any("424242" in step for step in score.steps)


def test_no_expected_output_goes_into_a_run() -> None:
    engine = Engine(doubling)
    engine.judge(PROGRAM, {"tests": [{"stdin": "1\n", "stdout": "424242"}]})
    assert all("424242" not in repr(run) for run in engine.runs)


def test_no_expected_value_goes_into_a_run() -> None:
    engine = Engine(replying(echo))
    engine.judge(FUNCTION, {"entry_point": "f", "tests": [{"args": [1], "expected": "tell nobody"}]})
    engine.judge(FUNCTION, {"asserts": ["assert f(1) == 'tell nobody'"]})
    assert all(b"nobody" not in request for run in engine.runs for request in run.requests)
    assert all("nobody" not in run.program.source for run in engine.runs)


def test_testing_stops_at_the_first_failure_where_the_score_is_settled() -> None:
    engine = Engine(failing_on({b"2\n": ended(Status.OK, stdout=b"5")}))
    score = engine.judge(PROGRAM, THREE)
    assert (score.verdict, len(engine.runs), len(score.evidence["tests"])) == (Verdict.INCORRECT, 2, 2)
    assert score.detail == "1 of 3 tests passed; test 1: incorrect"


def test_fractions_run_all_tests_side_by_side() -> None:
    engine = Engine(failing_on({b"2\n": ended(Status.OK, stdout=b"5")}))
    score = engine.judge(PROGRAM, THREE, scoring="fraction")
    assert score.verdict is Verdict.PARTIAL
    assert score.value == pytest.approx(2 / 3)
    assert engine.widths == [3]


def test_stopping_may_be_asked_for_and_declined() -> None:
    wrong = failing_on({b"2\n": ended(Status.OK, stdout=b"5")})
    score = Engine(wrong).judge(PROGRAM, THREE, scoring="fraction", stop_at_first_failure=True)
    assert score.value == pytest.approx(1 / 3)
    engine = Engine(wrong)
    assert engine.judge(PROGRAM, THREE, stop_at_first_failure=False).value == 0.0
    assert len(engine.runs) == 3


def test_a_group_earns_its_points_when_it_and_all_before_it_pass() -> None:
    later = Engine(failing_on({b"3\n": ended(Status.OK)})).judge(PROGRAM, GROUPS, scoring="groups")
    assert (later.verdict, later.value) == (Verdict.PARTIAL, 0.25)
    earlier = Engine(failing_on({b"1\n": ended(Status.OK)})).judge(PROGRAM, GROUPS, scoring="groups")
    assert (earlier.verdict, earlier.value) == (Verdict.INCORRECT, 0.0)
    assert Engine(doubling).judge(PROGRAM, GROUPS, scoring="groups").value == 1.0


def test_groups_are_just_tests_for_other_scorings() -> None:
    score = Engine(failing_on({b"3\n": ended(Status.OK)})).judge(PROGRAM, GROUPS, scoring="fraction")
    assert score.value == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (ended(Status.COMPILE_ERROR), Verdict.COMPILE_ERROR),
        (ended(Status.NONZERO_EXIT, exit_code=1, stdout=b"2\n"), Verdict.RUNTIME_ERROR),
        (ended(Status.SIGNALLED, signal=11, stdout=b"2\n"), Verdict.RUNTIME_ERROR),
        (ended(Status.CPU_TIME_EXCEEDED), Verdict.TIME_LIMIT),
        (ended(Status.WALL_TIME_EXCEEDED), Verdict.TIME_LIMIT),
        (ended(Status.MEMORY_EXCEEDED), Verdict.MEMORY_LIMIT),
        (ended(Status.OUTPUT_EXCEEDED, stdout=b"2\n"), Verdict.OUTPUT_LIMIT),
        (ended(Status.OK, stdout=b"2\n", stdout_cut=True), Verdict.OUTPUT_LIMIT),
        (ended(Status.NONZERO_EXIT, stderr=b"Traceback\nMemoryError\n"), Verdict.MEMORY_LIMIT),
        (ended(Status.NONZERO_EXIT, stderr=b"SyntaxError: bad\n"), Verdict.COMPILE_ERROR),
    ],
)
def test_the_fate_of_the_program_is_the_verdict(outcome: Outcome, verdict: Verdict) -> None:
    score = Engine(lambda run: outcome).judge(PROGRAM, THREE)
    assert (score.verdict, score.value) == (verdict, 0.0)


def test_every_status_has_a_verdict() -> None:
    for status in set(Status) - {Status.OK}:
        assert Engine(lambda run, status=status: ended(status)).judge(PROGRAM, THREE).value == 0.0


def test_limits_come_from_the_options() -> None:
    engine = Engine(doubling)
    engine.judge(PROGRAM, THREE, time_limit_s=3, memory_limit_mb=100)
    limits = engine.runs[0].limits
    assert (limits.cpu_s, limits.memory_bytes) == (3, 100 * 2**20)
    assert limits.wall_s > 60


def test_a_long_expected_output_raises_the_output_limit() -> None:
    engine = Engine(doubling)
    engine.judge(PROGRAM, {"tests": [{"stdin": "1\n", "stdout": "x" * 3_000_000}]})
    assert engine.runs[0].limits.output_bytes > 3_000_000


# --------------------------------------------------------------------------------------------------------- calls


def test_all_calls_go_into_one_run() -> None:
    engine = Engine(replying(echo))
    assert engine.judge(FUNCTION, CALLS).verdict is Verdict.CORRECT
    (run,) = engine.runs
    assert run.program.answers_calls
    assert len(run.requests) == 4


def test_a_wrong_value_is_incorrect() -> None:
    assert Engine(replying(lambda request: {"value": 7})).judge(FUNCTION, CALLS).verdict is Verdict.INCORRECT


def test_assertions_are_judged_on_the_values() -> None:
    truth = {"asserts": ["assert f(1) == 1", "assert sorted(f([2, 1])) == [1, 2]", "assert not f(0)"]}
    assert Engine(replying(echo)).judge(FUNCTION, truth).verdict is Verdict.CORRECT


def test_a_handle_is_incorrect_and_flagged() -> None:
    score = Engine(replying(lambda request: {"value": object()})).judge(FUNCTION, CALLS)
    assert (score.verdict, score.flags) == (Verdict.INCORRECT, ("non_plain_return",))


def test_an_exception_is_a_runtime_error() -> None:
    raised = {"raised": "ValueError", "message": "x", "traceback": ""}
    score = Engine(replying(lambda request: raised)).judge(FUNCTION, CALLS)
    assert (score.verdict, score.flags) == (Verdict.RUNTIME_ERROR, ())


def test_leaving_instead_of_answering_is_a_runtime_error_and_flagged() -> None:
    raised = {"raised": "SystemExit", "message": "0", "traceback": ""}
    score = Engine(replying(lambda request: raised)).judge(FUNCTION, CALLS)
    assert (score.verdict, score.flags) == (Verdict.RUNTIME_ERROR, ("early_exit",))
    for last in (Outcome(Status.OK, 0), Outcome(Status.NONZERO_EXIT, 3)):
        score = Engine(replying(lambda request: None, last)).judge(FUNCTION, CALLS)
        assert (score.verdict, score.flags) == (Verdict.RUNTIME_ERROR, ("early_exit",))


def test_a_missing_entry_point_is_a_runtime_error() -> None:
    score = Engine(replying(lambda request: {"missing": "f"})).judge(FUNCTION, CALLS)
    assert (score.verdict, score.value) == (Verdict.RUNTIME_ERROR, 0.0)


def test_a_program_that_ends_while_loading_fails_all_tests_at_once() -> None:
    engine = Engine(lambda run: Outcome(Status.OK, 0))
    score = engine.judge(FUNCTION, CALLS, scoring="fraction")
    assert (score.verdict, score.flags, len(engine.runs)) == (Verdict.RUNTIME_ERROR, ("early_exit",), 1)


@pytest.mark.parametrize("body", [b"", b"?", plain.encode(3), plain.encode({}), plain.encode({"raised": 3})])
def test_replies_of_any_shape_score_zero(body: bytes) -> None:
    replies = (Reply(body, 0.0),) * 4
    assert Engine(lambda run: Outcome(Status.OK, 0, replies=replies)).judge(FUNCTION, CALLS).value == 0.0


def test_a_reply_that_claims_success_wins_nothing() -> None:
    body = plain.encode({"verdict": "correct", "passed": True, "value": True})
    replies = (Reply(body, 0.0),) * 9
    assert Engine(lambda run: Outcome(Status.OK, 0, replies=replies)).judge(FUNCTION, CALLS).value == 0.0


def test_a_missing_reply_never_matches_an_expected_null() -> None:
    truth = {"entry_point": "f", "tests": [{"args": [], "expected": None}]}
    assert Engine(replying(lambda request: None)).judge(FUNCTION, truth).value == 0.0
    assert Engine(lambda run: Outcome(Status.OK, 0)).judge(FUNCTION, truth).value == 0.0


def test_where_the_process_dies_the_remaining_tests_are_run_in_a_fresh_one() -> None:
    def dies_on_two(request: dict[str, Any]) -> dict[str, Any] | None:
        return None if request["args"] == [2] else echo(request)

    engine = Engine(replying(dies_on_two, Outcome(Status.CPU_TIME_EXCEEDED)))
    score = engine.judge(FUNCTION, CALLS, scoring="fraction")
    assert score.value == pytest.approx(2 / 3)
    assert [test["verdict"] for test in score.evidence["tests"]] == ["correct", "time_limit", "correct"]
    assert [len(run.requests) for run in engine.runs] == [4, 2]


def test_a_tolerance_reaches_into_results() -> None:
    close = Engine(replying(lambda request: {"value": request["args"][0] + 1e-9}))
    assert close.judge(FUNCTION, CALLS).verdict is Verdict.INCORRECT
    assert close.judge(FUNCTION, CALLS, compare={"float": 1e-6}).verdict is Verdict.CORRECT
    truth = {"asserts": ["assert f(1) == 1"]}
    assert close.judge(FUNCTION, truth, compare={"float": 1e-6}).verdict is Verdict.CORRECT


# --------------------------------------------------------------------------------------------------------- setup


def test_the_setup_runs_before_the_completion() -> None:
    engine = Engine(replying(echo))
    engine.judge(
        "```python\nfrom __future__ import annotations\ndef f(x): return x\n```", {**CALLS, "setup": "import math"}
    )
    lines = [line for line in engine.runs[0].program.source.splitlines() if line]
    assert lines == ["from __future__ import annotations", "import math", "def f(x): return x"]


def test_functions_of_the_parallel_form_get_the_imports_of_its_harnesses() -> None:
    engine = Engine(replying(echo))
    engine.judge(FUNCTION, {"fn_name": "f", "inputs": ["1"], "outputs": ["1"]})
    engine.judge(FUNCTION, CALLS)
    assert ["from typing import *" in run.program.source for run in engine.runs] == [True, False]


def test_a_setup_that_fails_by_itself_is_the_callers_fault() -> None:
    failed = Outcome(Status.NONZERO_EXIT, 1, stderr=b"NameError: name 'x' is not defined")
    engine = Engine(lambda run: failed)
    with pytest.raises(TruthError, match="setup fails by itself"):
        engine.judge(FUNCTION, {**CALLS, "setup": "x"})
    assert engine.runs[-1].program.source == "x"


def test_a_setup_that_needs_a_missing_module_makes_the_sample_unavailable() -> None:
    failed = Outcome(Status.NONZERO_EXIT, 1, stderr=b"ModuleNotFoundError: No module named 'pandas'")
    with pytest.raises(Unavailable, match="pandas"):
        Engine(lambda run: failed).judge(FUNCTION, {**CALLS, "setup": "import pandas"})


def test_a_program_that_fails_after_a_sound_setup_is_at_fault_itself() -> None:
    def play(run: Run) -> Outcome:
        return Outcome(Status.OK, 0) if run.program.source == "import math" else Outcome(Status.NONZERO_EXIT, 1)

    score = Engine(play).judge(PROGRAM, {**THREE, "setup": "import math"}, scoring="fraction")
    assert (score.verdict, score.value) == (Verdict.RUNTIME_ERROR, 0.0)


# ------------------------------------------------------------------------------------- whose fault, and options


@pytest.mark.parametrize("completion", ["", "<think>never closed", "```python\n```", "x" * 2_000_000])
def test_nothing_to_run_is_no_answer_and_runs_nothing(completion: str) -> None:
    engine = Engine(doubling)
    score = engine.judge(completion, THREE)
    assert (score.verdict, score.value, engine.runs) == (Verdict.NO_ANSWER, 0.0, [])


def test_a_lone_surrogate_is_a_compile_error() -> None:
    assert Engine(doubling).judge("x = '\ud800'", THREE).verdict is Verdict.COMPILE_ERROR


def test_a_bad_truth_goes_before_a_missing_answer() -> None:
    with pytest.raises(TruthError):
        Engine(doubling).judge("", {"tests": []})


@pytest.mark.parametrize(
    ("truth", "options"),
    [
        ({**THREE, "language": "rust"}, {}),
        (THREE, {"language": "rust"}),
    ],
)
def test_a_language_that_was_asked_for_and_is_not_here_is_the_machines_lack(
    truth: Any, options: dict[str, Any]
) -> None:
    with pytest.raises(LanguageUnavailable, match="install rustc"):
        Engine(lacking).judge("```rust\nfn main() {}\n```", truth, **options)


def test_a_language_that_only_the_fence_asks_for_and_that_is_not_here_is_no_answer() -> None:
    score = Engine(lacking).judge("```rust\nfn main() {}\n```", THREE)
    assert (score.verdict, score.value) == (Verdict.NO_ANSWER, 0.0)
    assert "only the fence asks for rust" in score.detail


def test_without_a_fence_a_missing_language_is_the_machines_lack() -> None:
    with pytest.raises(LanguageUnavailable, match="install rustc"):
        Engine(lacking).judge("print(int(input()) * 2)", THREE)


def test_scoring_by_groups_takes_groups() -> None:
    with pytest.raises(TruthError, match="groups"):
        Code(scoring="groups").check_truth(THREE)


def test_the_example_of_the_catalogue_is_judged() -> None:
    score = Engine(replying(lambda request: {"value": 8})).judge(
        Code.example["completion"], Code.example["ground_truth"]
    )
    assert score.verdict is Verdict.CORRECT


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"language": "C++", "isolation": "same_process", "time_limit_s": 2.5, "memory_limit_mb": 64},
        {"scoring": "groups", "compare": "exact", "stop_at_first_failure": False, "where": "whole"},
        {"compare": {"float": 1e-6}, "language": None},
        {"compare": {"checker": "import sys"}, "time_limit_s": 2},
    ],
)
def test_good_options_are_taken(options: dict[str, Any]) -> None:
    assert Registry({"code": Code}, {}).build(Spec.of("code", options)) is not None


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"time_limit_s": 0}, "time_limit_s"),
        ({"time_limit_s": "3"}, "time_limit_s"),
        ({"memory_limit_mb": -1}, "memory_limit_mb"),
        ({"scoring": "some"}, "scoring"),
        ({"compare": "fuzzy"}, "compare"),
        ({"compare": {"float": 0}}, "compare"),
        ({"compare": {"float": 1e-6, "checker": "x"}}, "compare"),
        ({"compare": {}}, "compare"),
        ({"compare": {"flaot": 1e-6}}, "compare"),
        ({"isolation": "none"}, "isolation"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_a_bad_option_is_refused_by_its_name(options: dict[str, Any], named: str) -> None:
    with pytest.raises(BadOption) as refused:
        Registry({"code": Code}, {}).build(Spec.of("code", options))
    assert refused.value.name == named


def test_an_unknown_language_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(BadOption, match=r"no language 'klingon'; known: bash, c, cpp") as refused:
        Registry({"code": Code}, {}).build(Spec.of("code", {"language": "klingon"}))
    assert refused.value.name == "language"


def test_the_options_have_a_schema() -> None:
    schema = Registry({"code": Code}, {}).option_schema("code")
    assert set(schema["properties"]) >= {"language", "compare", "scoring", "time_limit_s", "stop_at_first_failure"}
    json.dumps(schema)
