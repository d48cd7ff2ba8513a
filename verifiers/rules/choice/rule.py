"""The verifier `choice`: finds which option a completion takes and compares it with the one that is right."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from msgspec import Meta

from verifiers.base import Json, Sample, Score, TruthError, Verdict, register
from verifiers.rules.choice.find import Found, find_choice
from verifiers.rules.choice.labels import ALL_LABELS, Options, sequence
from verifiers.rules.choice.listed import listed
from verifiers.rules.choice.truth import right_labels
from verifiers.text.answer_part import Where

Text = Annotated[str, Meta(max_length=10_000)]
MULTIPLE_ANSWERS = "multiple_answers"


@register
@dataclass(frozen=True, slots=True)
class Choice:
    """Score 1 when exactly the right option is chosen, by its label or its text; of several right ones, exactly those.

    `choices` holds the options' texts in the order A, B, C, ...; without it they are read from the prompt, and without
    a list there any letter may be a label. `where` is the part that may hold the answer.
    """

    name: ClassVar[str] = "choice"
    heavy: ClassVar[bool] = False
    needs_truth: ClassVar[bool] = True
    truth_forms: ClassVar[tuple[str, ...]] = (
        "a label: 'C', '(C)'",
        "a list of labels, or 'ACD': all of them, and no other",
        "the text of an option",
        "the number of an option, from 0, where options.choices is given",
        "an object that holds one of these as ground_truth, answer, label, target or reward_model",
    )
    example: ClassVar[Mapping[str, Json]] = {
        "prompt": "Which is a prime?\nA. 21\nB. 23\nC. 25",
        "completion": "21 is 3 times 7 and 25 is 5 times 5. The answer is (B).",
        "ground_truth": "B",
    }

    choices: Annotated[tuple[Text, ...], Meta(min_length=2, max_length=len(ALL_LABELS))] | None = None
    where: Where = "auto"

    def verify(self, sample: Sample, truth: Json) -> Score:
        options, right = self._asked(sample.prompt, truth)
        part = sample.answer_part(self.where)
        if part.text is None:
            return Score(Verdict.NO_ANSWER, 0.0, detail=part.why, steps=(f"no answer: {part.why}",))
        found = find_choice(part.text, options)
        span = [part.start + found.start, part.start + found.end]
        steps = (f"{found.how}, characters {span[0]} to {span[1]}: {found.labels or 'no option'}", f"right is {right}")
        if not found.labels:
            return Score(Verdict.NO_ANSWER, 0.0, detail=found.how, steps=steps)
        if part.blocks > 1:
            return self._several(found, span, (*steps, f"incorrect: {part.blocks} answer blocks"))
        if found.labels == right:
            return Score(Verdict.CORRECT, 1.0, found.labels, "the right option", (), {"span": span}, steps)
        if len(found.labels) > 1 and len(right) == 1:
            return self._several(found, span, (*steps, "incorrect: several options are named"))
        return Score(Verdict.INCORRECT, 0.0, found.labels, "another option", (), {"span": span}, steps)

    def check_truth(self, truth: Json) -> None:
        """Raise TruthError where the ground truth names no option. Options that a prompt lists are not known here."""
        right_labels(truth, self._options(None))

    def read(self, sample: Sample) -> str | None:
        """Return the label that a completion takes, for votes."""
        part = sample.answer_part(self.where)
        return find_choice(part.text, self._options(sample.prompt)).labels or None if part.text else None

    def same(self, one: str, other: str) -> bool:
        return one == other

    def kind(self, truth: Json) -> str:
        return "options" if len(right_labels(truth, self._options(None))) > 1 else "option"

    def write_out(self, truth: Json) -> str:
        return f"The answer is \\boxed{{{', '.join(right_labels(truth, self._options(None)))}}}."

    def _several(self, found: Found, span: list[int], steps: tuple[str, ...]) -> Score:
        detail = "several options are named"
        return Score(Verdict.INCORRECT, 0.0, found.labels, detail, (MULTIPLE_ANSWERS,), {"span": span}, steps)

    def _asked(self, prompt: str | None, truth: Json) -> tuple[Options, str]:
        """Return the options and which are right. A list in the prompt without a place for those is no list of them."""
        if self.choices is None and prompt and (options := listed(prompt)):
            with contextlib.suppress(TruthError):
                return options, right_labels(truth, options)
        options = self._options(None)
        return options, right_labels(truth, options)

    def _options(self, prompt: str | None) -> Options:
        if self.choices is not None:
            return sequence(self.choices)
        return (listed(prompt) if prompt else None) or Options(ALL_LABELS)
