"""Has the tests run and compares what comes back: one run for each standard input, one for all calls together.

Inputs and arguments go into the judged process. Expected outputs and values stay here, and so does the comparison.
Tests that are code run in a process of their own, beside the program: see `suites`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from sandbox import plain
from sandbox.base import Limits, Outcome, Program, Reply, Status
from verifiers.base import Run, TruthError, Unavailable, Verdict, Work
from verifiers.rules.program.asserts import Assertion, Call
from verifiers.rules.program.behind import run_behind
from verifiers.rules.program.checking import Checker
from verifiers.rules.program.equality import equals_json, equals_python
from verifiers.rules.program.evaluate import NOT_HELD, NotPlain, Scope, evaluate
from verifiers.rules.program.output_compare import COMPARES, close_tokens
from verifiers.rules.program.results import Result, of_parts, shown
from verifiers.rules.program.scripts import Script
from verifiers.rules.program.suites import EARLY_EXIT, Asked, NotLoaded, run_suite
from verifiers.rules.program.truth import BehindTest, CallTest, InputTest, Test, Truth
from verifiers.rules.program.verdicts import fate, fate_of_raised, last_line, told, told_by_python
from verifiers.rules.program.wire import Wire, wire_of

OUTPUT_BYTES = 2**20
MAX_TRACE_CHARS = 4_000
REPLY_BYTES = 8 * 2**10  # beside its value: a traceback, at most
NON_PLAIN = "non_plain_return"
RUNS_ALONE = ("python", "javascript", "typescript", "bash")  # where a setup by itself is a program

Runs: TypeAlias = Generator[Work, Any, list[Result]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run, under which limits, and how to compare. `setup` stands at the top of `source` already.

    `limits` hold for each test, but that `total_cpu_s` there holds for all of them.
    """

    language: str
    source: str
    setup: str
    limits: Limits
    compare: str = "tokens"
    tolerance: float | None = None
    checker: Checker | None = None
    stops: bool = True
    together: bool = False  # tests that are code run in the program's own process

    def after(self, results: Sequence[Result]) -> Plan | None:
        """The plan for what is left once these tests have used their share of the total; None when nothing is."""
        left_s = self.limits.total_cpu_s - sum(result.cpu_s for result in results)
        if left_s <= 0.0:
            return None
        cpu_s = min(self.limits.cpu_s, left_s)
        return replace(self, limits=replace(self.limits, cpu_s=cpu_s, total_cpu_s=left_s))

    def program(self, *, answers_calls: bool = False) -> Program:
        return Program(self.language, self.source, answers_calls)


def judge(plan: Plan, truth: Truth) -> Runs:
    """Yield the runs that the tests need; return their results in order, up to the first failure where `plan` stops.

    Raises:
        TruthError: the caller's setup fails by itself.
        Unavailable: the setup needs a module that is not here.
    """
    if truth.is_on_stdin:
        tests = [test for test in truth.tests if isinstance(test, InputTest)]
        return (yield from (_one_by_one if plan.stops else _side_by_side)(plan, tests))
    results: list[Result] = []
    for _, alike in itertools.groupby(truth.tests, _run_of):
        left, group = plan.after(results), list(alike)
        results += [_out_of_budget(plan)] * len(group) if left is None else (yield from _group(left, group))
        if plan.stops and not results[-1].passed:
            break
    return results


def _out_of_budget(plan: Plan) -> Result:
    why = f"not run: the tests before it have used the CPU time of all, {plan.limits.total_cpu_s:g} s"
    return Result(Verdict.TIME_LIMIT, why=why)


def _run_of(test: Test) -> object:
    """Say which tests share a run: calls with calls, assertions that are code with their like, a file only itself."""
    if isinstance(test, BehindTest):
        return id(test)
    return id(test) if isinstance(test, Script) and test.is_file else isinstance(test, Script)


def _group(plan: Plan, tests: Sequence[Test]) -> Runs:
    if isinstance(tests[0], BehindTest):
        return [(yield from run_behind(plan.program(), tests[0], plan.limits))]
    scripts = tuple(test for test in tests if isinstance(test, Script))
    if not scripts:
        return (yield from _calls(plan, [test for test in tests if isinstance(test, CallTest | Assertion)]))
    asked = Asked(plan.program(), scripts, plan.setup, plan.limits, plan.stops, plan.together)
    try:
        suite = yield from run_suite(asked)
    except NotLoaded as ended:
        return [(yield from _not_loaded(plan, ended.outcome, ended.verdict))]
    return [of_parts(suite.results, suite.total)] if scripts[0].is_file else suite.results


# ------------------------------------------------------------------------------------------------ standard input


def _one_by_one(plan: Plan, tests: Sequence[InputTest]) -> Runs:
    results: list[Result] = []
    for test in tests:
        left = plan.after(results)
        if left is None:
            results.append(_out_of_budget(plan))
        else:
            outcome = yield _run_on(left, test)
            results.append((yield from _result(left, test, outcome)))
        if not results[-1].passed:
            break
    return results


def _side_by_side(plan: Plan, tests: Sequence[InputTest]) -> Runs:
    """As many at once as the total allows, should each use all of its own time."""
    results: list[Result] = []
    while len(results) < len(tests):
        left = plan.after(results)
        if left is None:
            return results + [_out_of_budget(plan)] * (len(tests) - len(results))
        count = max(1, int(left.limits.total_cpu_s / left.limits.cpu_s))
        some = tests[len(results) : len(results) + count]
        outcomes: tuple[Outcome, ...] = yield tuple(_run_on(left, test) for test in some)
        for test, outcome in zip(some, outcomes, strict=True):
            # The setup was found to be fine, or there would be no earlier failure.
            checked = replace(left, setup="") if any(not result.passed for result in results) else left
            results.append((yield from _result(checked, test, outcome)))
    return results


def _run_on(plan: Plan, test: InputTest) -> Run:
    expected_bytes = 4 * len(test.stdout)
    limits = replace(plan.limits, output_bytes=max(OUTPUT_BYTES, 2 * expected_bytes))
    return Run(plan.program(), test.stdin.encode("utf-8", "surrogatepass"), limits)


def _result(plan: Plan, test: InputTest, outcome: Outcome) -> Generator[Work, Any, Result]:
    verdict, flag = fate(outcome), ""
    if verdict is not None:
        yield from _check_setup(plan, verdict)
    elif outcome.stdout_cut:
        verdict = Verdict.OUTPUT_LIMIT
    else:
        same, flag = yield from _accepts(plan, test, outcome.stdout)
        verdict = Verdict.CORRECT if same else Verdict.INCORRECT
    actual = shown(outcome.stdout[:400].decode("utf-8", "replace"))
    why = f"input {shown(test.stdin)}, expected {shown(test.stdout)}, actual {actual}"
    said = told(outcome) if verdict is not Verdict.CORRECT else ""
    return Result(verdict, outcome.cpu_s, outcome.peak_bytes, (flag,) if flag else (), why, said)


def _accepts(plan: Plan, test: InputTest, actual: bytes) -> Generator[Work, Any, tuple[bool, str]]:
    expected = test.stdout.encode("utf-8", "surrogatepass")
    if plan.checker is None:
        return _same_output(plan, actual, expected), ""
    return (yield from plan.checker.accepts(test.stdin.encode("utf-8", "surrogatepass"), expected, actual))


def _same_output(plan: Plan, actual: bytes, expected: bytes) -> bool:
    if plan.tolerance is not None:
        return close_tokens(actual, expected, plan.tolerance)
    return COMPARES[plan.compare](actual, expected)


def _check_setup(plan: Plan, verdict: Verdict) -> Generator[Work, Any, None]:
    """Run the setup alone after a failure: what it cannot do by itself is no fault of the completion's."""
    if not plan.setup or verdict not in (Verdict.RUNTIME_ERROR, Verdict.COMPILE_ERROR):
        return
    if plan.language not in RUNS_ALONE:
        return
    outcome: Outcome = yield Run(Program(plan.language, plan.setup), b"", plan.limits)
    if outcome.status is Status.OK:
        return
    message = f"the setup fails by itself: {outcome.status}: {last_line(outcome)}"
    if last_line(outcome).startswith(("ModuleNotFoundError", "ImportError")):
        raise Unavailable(message)
    raise TruthError(message)


# --------------------------------------------------------------------------------------------------------- calls


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came back for one call: a value, or the verdict that a call without one gets."""

    value: Any = None
    verdict: Verdict | None = None
    flags: tuple[str, ...] = ()
    why: str = ""
    said: str = ""
    cpu_s: float = 0.0


def _calls(plan: Plan, tests: Sequence[CallTest | Assertion]) -> Runs:
    """Run all calls in one process; where it dies, and the rest counts, go on with the rest in a fresh one."""
    results: list[Result] = []
    while len(results) < len(tests):
        remaining = tests[len(results) :]
        left = plan.after(results)
        if left is None:
            return results + [_out_of_budget(plan)] * len(remaining)
        calls = [call for test in remaining for call in _calls_of(test)]
        outcome: Outcome = yield _run_of_calls(left, remaining, calls)
        if not outcome.replies:
            return [*results, (yield from _not_loaded(plan, outcome, fate(outcome)))]
        answers = [_answer(reply, wire_of(plan.language)) for reply in outcome.replies]
        for result in _judged(plan, remaining, answers[1:], outcome):
            results.append(result)
            if plan.stops and not result.passed:
                return results
    return results


def _calls_of(test: CallTest | Assertion) -> Sequence[Call]:
    return test.calls if isinstance(test, Assertion) else (Call(test.entry, test.args, test.kwargs),)


def _run_of_calls(plan: Plan, tests: Sequence[CallTest | Assertion], calls: Sequence[Call]) -> Run:
    # The first request makes no call: once it is answered, whatever it says, the program has loaded.
    wire = wire_of(plan.language)
    requests = [wire.finding(calls[0].entry), *map(wire.calling, calls)]
    expected_bytes = sum(len(plain.encode(list(test.accepted))) for test in tests if isinstance(test, CallTest))
    limits = replace(
        plan.limits,
        wall_s=plan.limits.wall_s * len(requests),
        output_bytes=OUTPUT_BYTES + 4 * expected_bytes + REPLY_BYTES * len(requests),
    )
    return Run(plan.program(answers_calls=True), b"", limits, tuple(requests))


def _not_loaded(plan: Plan, outcome: Outcome, verdict: Verdict | None) -> Generator[Work, Any, Result]:
    if verdict is not None:
        yield from _check_setup(plan, verdict)
    why = f"the program did not load: {outcome.status}"
    flags = (EARLY_EXIT,) if verdict is None else ()
    return Result(verdict or Verdict.RUNTIME_ERROR, outcome.cpu_s, outcome.peak_bytes, flags, why, told(outcome))


def _judged(
    plan: Plan, tests: Sequence[CallTest | Assertion], answers: Sequence[_Answer], outcome: Outcome
) -> Generator[Result, None, None]:
    """Judge the tests whose calls were all answered, and the one in which the process ended."""
    at = 0
    for test in tests:
        count = len(_calls_of(test))
        answered = answers[at : at + count]
        if len(answered) < count:
            yield _ended(outcome, answers)
            return
        yield _judged_one(plan, test, answered, outcome.peak_bytes)
        at += count


def _ended(outcome: Outcome, answers: Sequence[_Answer]) -> Result:
    verdict = fate(outcome)
    cpu_s = max(0.0, outcome.cpu_s - sum(answer.cpu_s for answer in answers))
    why = f"the program ended before it answered: {outcome.status}"
    ended_itself = outcome.status in (Status.OK, Status.NONZERO_EXIT)
    flags = (EARLY_EXIT,) if ended_itself else ()
    return Result(verdict or Verdict.RUNTIME_ERROR, cpu_s, outcome.peak_bytes, flags, why, told(outcome))


def _judged_one(plan: Plan, test: CallTest | Assertion, answers: Sequence[_Answer], peak_bytes: int) -> Result:
    cpu_s = sum(answer.cpu_s for answer in answers)
    failed = next((answer for answer in answers if answer.verdict is not None), None)
    if failed is not None:
        why = _told(test, failed.why)
        return Result(failed.verdict or Verdict.RUNTIME_ERROR, cpu_s, peak_bytes, failed.flags, why, failed.said)
    values = [answer.value for answer in answers]
    if _holds(plan, test, values):
        return Result(Verdict.CORRECT, cpu_s, peak_bytes, why=_told(test, "holds"))
    flags = (NON_PLAIN,) if any(map(plain.has_handle, values)) else ()
    why = _told(test, f"returned {', '.join(map(shown, values))}")
    return Result(Verdict.INCORRECT, cpu_s, peak_bytes, flags, why)


def _holds(plan: Plan, test: CallTest | Assertion, values: Sequence[Any]) -> bool:
    try:
        if isinstance(test, Assertion):
            scope = Scope(values, equal=lambda left, right: equals_python(left, right, plan.tolerance))
            return bool(evaluate(test.condition, scope))
        return any(equals_json(values[0], expected, plan.tolerance) for expected in test.accepted)
    except (*NOT_HELD, NotPlain):  # the caller's parts were computed when the ground truth was read
        return False


def _told(test: CallTest | Assertion, what: str) -> str:
    if isinstance(test, Assertion):
        return f"{test.text}: {what}"
    args = ", ".join([*map(shown, test.args), *(f"{name}={shown(value)}" for name, value in test.kwargs.items())])
    return f"{test.entry}({args}), expected {shown(test.accepted[0])}: {what}"


_Reading: TypeAlias = Callable[[Any], _Answer]


def _answer(reply: Reply, wire: Wire) -> _Answer:
    """Read one reply. Its bytes are a claim of the judged process and may hold anything."""
    try:
        body = wire.answer(reply.body)
    except ValueError as error:
        return _Answer(verdict=Verdict.RUNTIME_ERROR, why=f"an unreadable reply: {error}", cpu_s=reply.cpu_s)
    return replace(_read(body), cpu_s=reply.cpu_s)


def _read(body: dict[Any, Any]) -> _Answer:
    if "missing" in body:
        return _Answer(verdict=Verdict.RUNTIME_ERROR, why=f"the program defines no {shown(body['missing'])}")
    if "raised" in body:
        raised = str(body["raised"]) if isinstance(body["raised"], str) else "?"
        left = (EARLY_EXIT,) if raised == "SystemExit" else ()
        why = f"raised {raised}: {shown(body.get('message'))}"
        said = told_by_python(str(body.get("traceback", ""))[:MAX_TRACE_CHARS])
        return _Answer(verdict=fate_of_raised(raised), flags=left, why=why, said=said)
    return _Answer(value=body.get("value"))
