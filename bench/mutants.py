"""`python -m bench.mutants`: switch off one guard at a time, and see that a line of the corpora turns red.

A guard whose absence no line notices is a guard that nobody would miss, or a corpus with a hole: the exit status is 1.
Each mutant runs in a fork of its own, so that no cache carries a verdict over; one that hangs is noticed, too.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from app.stress import LAYOUTS
from bench import math_guards
from sandbox.run import Sandbox, SandboxConfig
from verifiers.base import Sample, SampleError, Score, TruthError, Verdict
from verifiers.engine.asking import Question, ask
from verifiers.engine.batch import Judge
from verifiers.engine.engine import Engine, EngineConfig
from verifiers.engine.worker import Ask
from verifiers.registry import Registry, Spec
from verifiers.rules.format.codes import Code, Findings

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
HANG_S = 60.0

Case = dict[str, Any]
Change = Callable[[Any], Any]  # from the function as it is to the one that takes its place


@dataclass(frozen=True, slots=True)
class Mutant:
    """One guard switched off. `where` is a function as its caller knows it: `module:name`."""

    what: str
    where: str
    change: Change
    corpora: tuple[str, ...]

    def apply(self) -> None:
        module, _, path = self.where.partition(":")
        *owners, name = path.split(".")
        owner: Any = importlib.import_module(module)
        for step in owners:
            owner = getattr(owner, step)
        setattr(owner, name, self.change(getattr(owner, name)))


def constant(value: Any) -> Change:
    return lambda _: lambda *_args, **_named: value


# ----------------------------------------------------------------------------------------------------------- the guards


def _without(code: Code) -> Change:
    """Findings.add, deaf to one code."""

    def change(add: Callable[..., None]) -> Callable[..., None]:
        def deaf(self: Findings, found: Code, *rest: Any) -> None:
            if found is not code:
                add(self, found, *rest)

        return deaf

    return change


def _as_correct(judged: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args: replace(judged(*args), verdict=Verdict.CORRECT)


def _any_handle_passes(equals: Callable[..., bool]) -> Callable[..., bool]:
    from sandbox import plain

    return lambda actual, expected, *rest: plain.has_handle(actual) or equals(actual, expected, *rest)


def _first_line(same: Callable[..., bool]) -> Callable[..., bool]:
    return lambda plan, actual, expected: same(plan, actual.split(b"\n")[0], expected.split(b"\n")[0])


def _found_anywhere(_: object) -> Callable[..., bool]:
    return lambda _plan, actual, expected: set(expected.split()) <= set(actual.split())


def _last_only(_: object) -> Callable[..., Any]:
    return lambda _part, boxes, *_rest: boxes[-1:]


def _length_only(total: Callable[..., Any]) -> Callable[..., Any]:
    return lambda text, size: (total(text, size)[1],) * 2


MATH = ("hacks", "math")
PROGRAM = "verifiers.rules.program.judging"
MUTANTS = (
    *(
        Mutant(
            f"format: {code} is never found", "verifiers.rules.format.codes:Findings.add", _without(code), ("format",)
        )
        for code in Code
    ),
    Mutant("answer part: reasoning is graded too", "verifiers.text.answer_part:reasoning_end", constant(0), MATH),
    Mutant(
        "answer part: a prompt opens no reasoning",
        "verifiers.text.answer_part:prompt_opens_thinking",
        constant(False),
        MATH,
    ),
    Mutant("math: only the last of several boxes", "verifiers.rules.math_answer.find:_chain", _last_only, MATH),
    Mutant(
        "math: only the last of several answer blocks",
        "verifiers.rules.math_answer.find:_with_other_blocks",
        lambda _: lambda _sample, found, *_rest: found,
        MATH,
    ),
    Mutant("math: no bounds before parsing", "verifiers.rules.math_answer.rule:over_bounds", constant(""), MATH),
    Mutant(
        "math: false equations hold", "verifiers.rules.math_answer.kinds.compare:false_chain", constant(False), MATH
    ),
    Mutant("math: the question may be copied", "verifiers.rules.math_answer.guards:echoes", constant(False), MATH),
    Mutant(
        "math: operators may be left to evaluate",
        "verifiers.rules.math_answer.formulas:is_unevaluated",
        constant(False),
        MATH,
    ),
    *(Mutant(what, where, change, ("math",)) for what, where, change in math_guards.ROWS),
    Mutant("code: an early end is a pass", f"{PROGRAM}:_ended", _as_correct, ("code hacks",)),
    Mutant("code: exit status and signal do not matter", f"{PROGRAM}:fate", constant(None), ("code hacks",)),
    Mutant("code: an exception is no failure", f"{PROGRAM}:_judged_one", _as_correct, ("code hacks",)),
    Mutant("code: objects answer for themselves", f"{PROGRAM}:equals_json", _any_handle_passes, ("code hacks",)),
    Mutant("code: objects answer in assertions", f"{PROGRAM}:equals_python", _any_handle_passes, ("code hacks",)),
    Mutant("code: the first line decides", f"{PROGRAM}:_same_output", _first_line, ("code hacks",)),
    Mutant("code: the output may hold anything else", f"{PROGRAM}:_same_output", _found_anywhere, ("code hacks",)),
    Mutant("repetition: all is new", "verifiers.rules.repetition:distinct_ngrams", _length_only, ("hacks",)),
    Mutant("repetition: blanks are text", "verifiers.rules.repetition:is_padded", constant(False), ("hacks",)),
    Mutant(
        "language: formulas hide prose",
        "verifiers.text.scripts:_blank_formula",
        lambda _: lambda found: " " * len(found[0]),
        ("hacks",),
    ),
    Mutant("language: formulas are prose", "verifiers.rules.language:prose", lambda _: lambda text: text, ("hacks",)),
)


# ---------------------------------------------------------------------------------------------------------- the corpora


@dataclass(slots=True)
class Bench:
    """Judges cases in this process, programs included."""

    registry: Registry
    scratch: Path

    def reds(self, corpus: str) -> Iterator[str]:
        """Yield the lines of a corpus whose verdict is not the one that stands in it."""
        yield from getattr(self, "_" + corpus.replace(" ", "_"))()

    def _format(self) -> Iterator[str]:
        for case in _lines("format"):
            score = self._judge("format", case, _sample(case, case["completion"]))
            if score.verdict != case["verdict"]:
                yield f"format: {case['why']}"

    def _math(self) -> Iterator[str]:
        for case in _lines("math"):
            completion = case.get("completion", f"The result is $\\boxed{{{case.get('answer', '')}}}$.")
            if self._judge("math", case, _sample(case, completion)).verdict != case["verdict"]:
                yield f"math: {case['why']}"

    def _hacks(self) -> Iterator[str]:
        for case in _lines("hacks"):
            sample = _sample(case, _completion(case))
            for rule, flag in case.get("noticed", {}).items():
                if flag not in self._judge(rule, {}, sample).flags:
                    yield f"{case['hack']}: {case['why']} is not noticed by {rule}"
            if case["verifier"] == "math" and _is_red(case, self._judge("math", case, sample)):
                yield f"{case['hack']}: {case['why']}"

    def _code_hacks(self) -> Iterator[str]:
        """Programs are run by an engine of this process, so that the rule that judges them is the mutant."""
        cases = [case for case in _lines("hacks") if case["verifier"] == "code"]
        for case, score in zip(cases, asyncio.run(self._run(cases)), strict=True):
            if _is_red(case, score):
                yield f"{case['hack']}: {case['why']}"

    async def _run(self, cases: Sequence[Case]) -> list[Score]:
        sandbox = Sandbox(SandboxConfig(self.scratch))
        engine = Engine(EngineConfig(cores=1), sandbox)
        engine.start()
        try:
            questions = [self._question(case) for case in cases]
            return [answered.score for answered in await ask(engine, questions, time.monotonic() + HANG_S)]
        finally:
            engine.close()
            sandbox.close()

    def _question(self, case: Case) -> Question:
        spec = Spec.of("code", case.get("options"))
        sample = _sample(case, _completion(case))
        return Question(Ask.JUDGE, Judge(self.registry.build(spec), spec), sample, case["ground_truth"])

    def _judge(self, name: str, case: Case, sample: Sample) -> Score:
        rule: Any = self.registry.build(Spec.of(name, case.get("options")))
        try:
            score: Score = rule.verify(sample, case.get("ground_truth"))
        except (TruthError, SampleError) as error:
            return Score(Verdict.BAD_TRUTH, None, detail=str(error))
        return score


def _is_red(case: Case, score: Score) -> bool:
    is_paid = score.verdict is Verdict.CORRECT
    return is_paid is not (case["role"] == "honest right") or score.verdict != case.get("verdict", score.verdict)


def _lines(name: str) -> list[Case]:
    text = (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _completion(case: Case) -> str:
    if "completion" in case:
        return str(case["completion"])
    return LAYOUTS["pair"].format(think=case["think"], answer=case["answer"])


def _sample(case: Case, completion: str) -> Sample:
    return Sample(completion, case.get("prompt"), bool(case.get("truncated")))


# ---------------------------------------------------------------------------------------------------------------- forks


def _look(mutant: Mutant | None, corpora: Sequence[str], known: frozenset[str], scratch: Path, told: Any) -> None:
    """In a fork: apply the mutant and tell the red lines, all of them without one, else the first that is new."""
    sys.stderr = (scratch / "errors").open("a")  # a mutant that crashes is told in a word, not in a traceback
    if mutant is not None:
        mutant.apply()
    bench = Bench(Registry.discover(), scratch)
    reds = (red for corpus in corpora for red in bench.reds(corpus) if red not in known)
    told.send(list(reds) if mutant is None else [red] if (red := next(reds, None)) else [])


def in_a_fork(look: Callable[[Any], None]) -> list[str]:
    """Return what the look tells; a fork that hangs or dies tells that."""
    forks = multiprocessing.get_context("fork")
    here, there = forks.Pipe(duplex=False)
    process = forks.Process(target=look, args=(there,))
    process.start()
    there.close()
    try:
        told: list[str] = here.recv() if here.poll(HANG_S) else ["it hangs"]
    except EOFError:
        told = ["it crashes"]
    process.kill()
    process.join()
    return told


def main() -> None:
    missed = 0
    with tempfile.TemporaryDirectory() as scratch:
        look = partial(_look, scratch=Path(scratch))
        corpora = sorted({corpus for mutant in MUTANTS for corpus in mutant.corpora})
        known = {corpus: in_a_fork(partial(_bare, look, corpus)) for corpus in corpora}
        for red in (red for reds in known.values() for red in reds):
            print(f"red without any mutant: {red}")
        for mutant in MUTANTS:
            before = frozenset(red for corpus in mutant.corpora for red in known[corpus])
            reds = in_a_fork(partial(_changed, look, mutant, before))
            missed += not reds
            print(f"{'red' if reds else 'NOT NOTICED':<12} {mutant.what:<60} {reds[0] if reds else ''}", flush=True)
    print(f"{len(MUTANTS) - missed} of {len(MUTANTS)} mutants are noticed")
    sys.exit(missed > 0 or any(known.values()))


def _bare(look: Callable[..., None], corpus: str, told: Any) -> None:
    look(None, (corpus,), frozenset(), told=told)


def _changed(look: Callable[..., None], mutant: Mutant, before: frozenset[str], told: Any) -> None:
    look(mutant, mutant.corpora, before, told=told)


if __name__ == "__main__":
    main()
