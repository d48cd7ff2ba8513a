"""The verifier `countdown`: an equation from given numbers to a target, as in the game of 24 and TinyZero's task."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from verifiers.base import Json, Sample, Score, TruthError, Verdict, register
from verifiers.rules.countdown.arithmetic import MAX_CHARS, NotArithmetic, plain, work_out
from verifiers.text.answer_part import Where
from verifiers.text.boxes import last_box

NUMBER_KEYS = ("numbers", "nums")
MAX_NUMBERS = 100
STATED_CHARS = 200_000

_STATED = re.compile(r"(?i:(?:final\s+)?answer|equation|expression)(?:\s+is)?\s*[:：=]?\s*(?=[\s*$(\[\d\\-])")


@dataclass(frozen=True, slots=True)
class Puzzle:
    """The numbers to use, and what they should make."""

    numbers: tuple[int, ...]
    target: int


@register
@dataclass(frozen=True, slots=True)
class Countdown:
    """Score 1 when the equation reaches the target with the given numbers and + - * / ( ) alone, worked out exactly.

    `use` says how often a number may stand: "all" means each exactly once (TinyZero, the game of 24), "some" at most
    once. The equation is in the last box, or what is stated as the answer, or the last line; what it says behind "="
    must be the target, where it says something. `where` is the part that may hold it.
    """

    name: ClassVar[str] = "countdown"
    heavy: ClassVar[bool] = False
    needs_truth: ClassVar[bool] = True
    truth_forms: ClassVar[tuple[str, ...]] = (
        'an object with the whole numbers and the target: {"numbers": [3, 5, 7, 10], "target": 24} (nums too)',
        "an object that holds one of these as ground_truth or reward_model",
    )
    example: ClassVar[Mapping[str, Json]] = {
        "prompt": "Use 4, 5, 13 and 1, each once, to make 24.",
        "completion": "13 - 5 is 8 and 4 - 1 is 3. <answer>(13 - 5) * (4 - 1)</answer>",
        "ground_truth": {"numbers": [1, 4, 5, 13], "target": 24},
    }

    use: Literal["all", "some"] = "all"
    where: Where = "auto"

    def verify(self, sample: Sample, truth: Json) -> Score:
        puzzle = read_puzzle(truth)
        part = sample.answer_part(self.where)
        if part.text is None:
            return Score(Verdict.NO_ANSWER, 0.0, detail=part.why, steps=(f"no answer: {part.why}",))
        equation = _equation(part.text)
        if not equation:
            return Score(
                Verdict.NO_ANSWER, 0.0, detail="no equation", steps=("no box, no stated answer, no last line",)
            )
        if part.blocks > 1:
            return self._wrong(equation, f"{part.blocks} answer blocks", ("multiple_answers",))
        return self._compared(equation, puzzle)

    def check_truth(self, truth: Json) -> None:
        read_puzzle(truth)

    def kind(self, truth: Json) -> str:
        return f"{len(read_puzzle(truth).numbers)} numbers"

    def _compared(self, equation: str, puzzle: Puzzle) -> Score:
        try:
            sides = [work_out(side) for side in plain(equation).split("=")]
        except NotArithmetic as problem:
            return self._wrong(equation, f"no equation: {problem}")
        other = next((side.value for side in sides if side.value != puzzle.target), None)
        if other is not None:
            return self._wrong(equation, f"it says {other}, not {puzzle.target}")
        used = max((side.numbers for side in sides), key=len)
        if wrong := self._misused(used, puzzle):
            return self._wrong(equation, wrong)
        step = f"{equation.strip()[:200]!r} makes {puzzle.target} of {', '.join(map(str, used))}"
        return Score(Verdict.CORRECT, 1.0, equation.strip(), "the target, with the given numbers", steps=(step,))

    def _misused(self, used: tuple[int, ...], puzzle: Puzzle) -> str:
        given = Counter(puzzle.numbers)
        if surplus := Counter(used) - given:
            return f"{next(iter(surplus))} is not there to be used so often"
        if self.use == "all" and (unused := given - Counter(used)):
            return f"{next(iter(unused))} is not used"
        return ""

    def _wrong(self, equation: str, detail: str, flags: tuple[str, ...] = ()) -> Score:
        return Score(Verdict.INCORRECT, 0.0, equation.strip(), detail, flags, steps=(f"incorrect: {detail}",))


def read_puzzle(truth: Json) -> Puzzle:
    """Read the numbers and the target.

    Raises:
        TruthError: they are missing, or are no whole numbers.
    """
    for _ in range(3):
        if not isinstance(truth, Mapping):
            break
        numbers = next((truth[key] for key in NUMBER_KEYS if key in truth), None)
        if numbers is not None:
            return _puzzle(numbers, truth.get("target"))
        truth = truth.get("reward_model") or truth.get("ground_truth")
    raise TruthError('the ground truth is no {"numbers": [...], "target": ...}')


def _puzzle(numbers: Json, target: Json) -> Puzzle:
    if not isinstance(numbers, list | tuple) or not 0 < len(numbers) <= MAX_NUMBERS or not all(map(_is_whole, numbers)):
        raise TruthError(f"numbers must be 1 to {MAX_NUMBERS} whole numbers")
    if not _is_whole(target):
        raise TruthError("target must be a whole number")
    return Puzzle(tuple(map(int, numbers)), int(target))


def _is_whole(value: Json) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())


def _equation(part: str) -> str:
    """Return the text that may be the equation: of the last box, else of the last statement, else of the last line."""
    box = last_box(part)
    if box is not None:
        return box.content[: MAX_CHARS + 1]
    tail = part[-STATED_CHARS:]
    statements = list(_STATED.finditer(tail))
    text = tail[statements[-1].end() :].strip() if statements else ""
    line = text.partition("\n")[0] if text else part.rstrip().rpartition("\n")[2]
    return line.strip(" \t*`.。\"'")[: MAX_CHARS + 1]
