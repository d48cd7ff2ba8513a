"""`python -m bench.fuzz_math --seconds 600 --seed 1`: hostile text as completion, as ground truth, and as both.

Every case must end in a Score or in `bad_truth`, within the CPU budget of one comparison; what raises anything else,
or is killed on its budget, is a finding. Case n of a seed is always the same one. `--paid` also prints what was paid,
for a person to read. The cases run in forks that the kernel kills on CPU time, as it does in the service.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from verifiers.base import Sample, Score, TruthError, Verdict
from verifiers.registry import Registry

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus" / "math.jsonl"
CASES_PER_FORK = 400
_COMMANDS = (
    r"\frac \sqrt \pi \le \in \cup \text{ \{ \} \pm \infty ^\circ \begin{pmatrix} \end{pmatrix} \begin{cases} "
    r"\end{cases} \\ \sin \log \sum_{k=1}^{n} \int \lim \boxed{ \mid \mathbb{Z} \overline{ \cdots \approx \binom "
    r"\forall \left \right \% _2 1,234 10^{10^{10}} (10^6)! e^{-1000} cm nan 1e999 <think> </think> <answer> </answer> "
    r"#### A: 答案是"
)
PIECES = (
    *"0123456789xyzneiabkCN+-*/^_=<>(){}[]|,.;:!%'&~$# \n½²−，（）１\u200b\u202e\x00\ud800",
    *_COMMANDS.split(" "),
    *(" or ", " and ", " not ", " where ", "The answer is "),
)


@dataclass(frozen=True, slots=True)
class Case:
    completion: str
    truth: str


class Cases:
    """Case n of a seed: random bytes, heaps of pieces of formulas, or lines of the corpus that were damaged."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        lines = CORPUS.read_text(encoding="utf-8").splitlines()
        self._known = [
            (str(case.get("completion") or f"\\boxed{{{case.get('answer', '')}}}"), str(case["ground_truth"]))
            for case in map(json.loads, lines)
        ]

    def __getitem__(self, number: int) -> Case:
        dice = random.Random(f"{self._seed}:{number}")
        completion, truth = dice.choice(self._known)
        makers: tuple[Callable[[random.Random, str], str], ...] = (_bytes, _heap, _damaged)
        if dice.random() < 0.7:
            completion = dice.choice(makers)(dice, completion)
        if dice.random() < 0.5:
            truth = dice.choice(makers)(dice, truth)
        return Case(completion, truth)


def _bytes(dice: random.Random, _: str) -> str:
    raw = dice.randbytes(dice.randint(0, 80))
    text = raw.decode("utf-8", dice.choice(("replace", "surrogateescape", "ignore")))
    return text if dice.random() < 0.5 else f"\\boxed{{{text}}}"


def _heap(dice: random.Random, _: str) -> str:
    text = "".join(dice.choices(PIECES, k=dice.randint(1, 30)))
    return text * dice.choice((1, 1, 1, 2, 40)) if dice.random() < 0.5 else f"\\boxed{{{text}}}"


def _damaged(dice: random.Random, text: str) -> str:
    for _ in range(dice.randint(1, 4)):
        start = dice.randint(0, len(text))
        end = min(len(text), start + dice.randint(0, 4))
        text = text[:start] + dice.choice((*PIECES, "", text[start:end] * 3)) + text[end:]
    return text


# ------------------------------------------------------------------------------------------------------------ the forks


def _fork(cases: Cases, start: int, print_paid: bool) -> Iterator[str]:
    """Judge cases from `start` on in a fork, and yield a word on each; the last is missing when it was killed."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        with os.fdopen(writing, "w", buffering=1) as told:
            _judge_all(cases, start, print_paid, told.write)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        yield from (line.rstrip("\n") for line in told)
    os.waitpid(pid, 0)


def _judge_all(cases: Cases, start: int, print_paid: bool, tell: Callable[[str], object]) -> None:
    rule = Registry.discover().rules["math"]()
    budget_s: float = rule.cpu_budget_s  # type: ignore[attr-defined]  # an option of this rule
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    for number in range(start, start + CASES_PER_FORK):
        case = cases[number]
        signal.setitimer(signal.ITIMER_PROF, budget_s)
        word = _word(rule.verify, case)
        signal.setitimer(signal.ITIMER_PROF, 0)
        if print_paid and word == Verdict.CORRECT:
            print(f"paid: case {number}: {case.completion!r} for {case.truth!r}", flush=True)
        tell(word + "\n")


def _word(verify: Callable[..., object], case: Case) -> str:
    try:
        score = verify(Sample(case.completion), case.truth)
    except TruthError:
        return "bad_truth"
    except BaseException as error:  # noqa: BLE001 - whatever else is raised is what this looks for
        where = traceback.extract_tb(error.__traceback__)[-1]
        return f"RAISED {type(error).__name__} in {Path(where.filename).name}:{where.name}"
    return score.verdict if isinstance(score, Score) else f"RETURNED {type(score).__name__}"


def main() -> None:
    arguments = _parse(sys.argv[1:])
    cases, number, findings = Cases(arguments.seed), 0, list[str]()
    counts: Counter[str] = Counter()
    end = time.monotonic() + arguments.seconds
    while time.monotonic() < end:
        words = list(_fork(cases, number, arguments.paid))
        counts.update(words)
        findings += [f"case {number + at}: {word}" for at, word in enumerate(words) if word[0].isupper()]
        number += len(words)
        if len(words) < CASES_PER_FORK:  # the next one ended the fork
            counts["over its CPU budget"] += 1
            findings.append(f"case {number}: over its CPU budget: {cases[number]!r}"[:500])
            number += 1
    print(f"{number} cases of seed {arguments.seed}: {dict(counts.most_common())}")
    print("\n".join(findings) or "nothing found")
    sys.exit(bool(findings))


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz_math", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--paid", action="store_true", help="print each case that was paid")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
