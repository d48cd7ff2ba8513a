"""What follows when a worker answered, crashed, or was killed over a sample: the law of 0 and null, as a small table.

| what happened | then |
|---|---|
| the first pass is over its small budget | again with the whole budget, after the rest of its request |
| the whole budget is passed | the ground truth alone: fine -> `incorrect`, flag `verify_timeout`; not -> `bad_truth` |
| a crash, or the worker is lost | once more, alone, on a fresh worker |
| a crash that repeats alone | the ground truth alone: fine -> `incorrect`, flag `verify_crash`; not -> `bad_truth` |
| lost again, killed from outside | `internal_error` |

A pair of answers whose comparison for a vote comes to such an end is not the same, and an answer is then none.
"""

from __future__ import annotations

from dataclasses import replace

from verifiers.base import Score, Verdict, Verifier
from verifiers.engine.judgement import Judgement, Trial
from verifiers.engine.worker import Answer, Ask, Order
from verifiers.engine.workers import WorkerDied

DEFAULT_BUDGET_S = 2.0


def first_trial(judgement: Judgement, first_pass_s: float) -> Trial:
    budget_s = _whole_budget_s(judgement.verifier)
    return Trial(judgement, min(first_pass_s, budget_s), judgement.ask, is_long=first_pass_s >= budget_s)


def order_of(trial: Trial) -> Order:
    judgement = trial.judgement
    return Order(trial.ask, judgement.spec, judgement.sample, judgement.truth, trial.budget_s)


def after_answer(trial: Trial, answer: Answer) -> Score | Trial:
    """Return the final score, or what to try next."""
    if answer.score is None:
        return _after_crash(trial, answer.crash)
    if not trial.blame or answer.score.value is None:
        return answer.score
    return _given_up(trial)


def after_death(trial: Trial, death: WorkerDied) -> Score | Trial:
    """Return the final score, or what to try next, for the trial that the worker died over."""
    if death.over_budget:
        return _after_time_out(trial)
    if death.killed_from_outside and trial.is_alone:
        return Score(Verdict.INTERNAL_ERROR, None, detail="the worker was killed twice from outside")
    return _after_crash(trial, f"the worker ended: {death.ended}")


def _after_time_out(trial: Trial) -> Score | Trial:
    if not trial.is_long:
        return replace(trial, budget_s=_whole_budget_s(trial.judgement.verifier), is_long=True)
    if trial.ask is Ask.CHECK_TRUTH:
        return _bad_truth(f"reading the ground truth alone takes more than {trial.budget_s:g} s of CPU time")
    return _blaming(trial, "verify_timeout")


def _after_crash(trial: Trial, crash: str) -> Score | Trial:
    if trial.ask is Ask.CHECK_TRUTH and (trial.blame or trial.is_alone):
        return _bad_truth(f"reading the ground truth alone crashes: {crash}")
    if not trial.is_alone:
        return replace(trial, budget_s=_whole_budget_s(trial.judgement.verifier), is_long=True, is_alone=True)
    return _blaming(trial, "verify_crash")


def _blaming(trial: Trial, blame: str) -> Score | Trial:
    """A judgement is not over before the ground truth has been looked at by itself; a question for a vote is."""
    blamed = replace(trial, ask=Ask.CHECK_TRUTH, blame=blame)
    return blamed if trial.ask is Ask.JUDGE else _given_up(blamed)


def _given_up(trial: Trial) -> Score:
    return Score(Verdict.INCORRECT, 0.0, detail=_blamed(trial), flags=(trial.blame,), steps=(_blamed(trial),))


def _bad_truth(detail: str) -> Score:
    return Score(Verdict.BAD_TRUTH, None, detail=detail)


def _blamed(trial: Trial) -> str:
    if trial.blame == "verify_timeout":
        return f"the comparison passed its budget of {trial.budget_s:g} s of CPU time; the ground truth alone is fine"
    return "the comparison crashed its worker, twice; the ground truth alone is fine"


def _whole_budget_s(verifier: Verifier) -> float:
    return float(getattr(verifier, "cpu_budget_s", DEFAULT_BUDGET_S))
