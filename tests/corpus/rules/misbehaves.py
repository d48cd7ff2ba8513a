"""A verifier that does to its worker whatever the completion, or the ground truth, says. For tests of the engine."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from verifiers.base import Sample, Score, Verdict, register


@register
@dataclass(frozen=True, slots=True)
class Misbehaves:
    """Do what the text says, then score 1 for "fine" and 0 for anything else."""

    name: ClassVar[str] = "misbehaves"
    heavy: ClassVar[bool] = True
    needs_truth: ClassVar[bool] = True
    truth_forms: ClassVar[tuple[str, ...]] = ("what to do",)
    example: ClassVar[Mapping[str, Any]] = {"completion": "fine", "ground_truth": "fine"}

    cpu_budget_s: float = 0.5

    def verify(self, sample: Sample, truth: Any) -> Score:
        self.check_truth(truth)
        _do(sample.completion)
        right = sample.completion.startswith("fine")
        return Score(Verdict.CORRECT, 1.0) if right else Score(Verdict.INCORRECT, 0.0)

    def check_truth(self, truth: Any) -> None:
        _do(truth)


def _do(what: str) -> None:
    what = what.partition(" ")[0]
    if what == "spin":
        while True:
            pass
    if what == "work":
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
    if what == "abort":
        os.abort()
    if what == "exit":
        os._exit(0)
    if what == "raise":
        raise RuntimeError("as asked")
    if what == "eat":
        hoard = []
        while True:
            hoard.append(bytes(2**24))  # not touched, so that it ends for memory before its CPU time does
    if what == "recurse":
        _do(what)
    if what == "die":
        os.kill(os.getpid(), 9)
