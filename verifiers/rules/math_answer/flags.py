"""Notes what is worth counting about a sample beside its verdict: these flags never change a score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from verifiers.base import Sample, Score
from verifiers.rules.math_answer.normalise import normalise
from verifiers.rules.math_answer.stated import stated
from verifiers.text.disguise import has_disguised_word
from verifiers.text.reasoning import boxed_in, reasoning_of
from verifiers.text.shown import is_shown_in

ANSWER_IN_THINK_ONLY = "answer_in_think_only"
BOXED_IN_THINK = "boxed_in_think"
THINK_ANSWER_MISMATCH = "think_answer_mismatch"
GOLD_IN_PROMPT = "gold_in_prompt"
HOMOGLYPH = "homoglyph"

MAX_STATED_CHARS = 4_000  # a reasoning states what it comes to at its end
MAX_COMPARED_CHARS = 400
MAX_NAME_CHARS = 8  # `f(x) = 2x` is an answer with its name


def noted(score: Score, sample: Sample, golds: Sequence[str]) -> Score:
    """Return the score with the flags that its sample earns."""
    flags = (
        *_in_reasoning(score.answer, reasoning_of(sample.completion, sample.prompt)),
        *_around(score, sample, golds),
    )
    return replace(score, flags=tuple(dict.fromkeys((*score.flags, *flags)))) if flags else score


def _in_reasoning(answer: str | None, reasoning: str) -> Iterator[str]:
    boxed = boxed_in(reasoning) if reasoning else None
    if boxed is not None:
        yield BOXED_IN_THINK
        if answer is not None and _differ(boxed, answer):
            yield THINK_ANSWER_MISMATCH
    if answer is None and reasoning and (boxed is not None or stated(reasoning[-MAX_STATED_CHARS:]) is not None):
        yield ANSWER_IN_THINK_ONLY


def _around(score: Score, sample: Sample, golds: Sequence[str]) -> Iterator[str]:
    if sample.prompt and any(is_shown_in(sample.prompt, gold) for gold in golds):
        yield GOLD_IN_PROMPT
    if score.answer is not None and has_disguised_word(score.answer):
        yield HOMOGLYPH


def _differ(boxed: str, answer: str) -> bool:
    """Whether two answers differ as text: dress and blanks apart, and a name before them, as in `x = 5`."""
    if boxed == answer:
        return False
    return max(len(boxed), len(answer)) > MAX_COMPARED_CHARS or _bare(boxed) != _bare(answer)


def _bare(answer: str) -> str:
    text = "".join(normalise(answer).replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac").split())
    name, _, value = text.partition("=")
    return value if value and len(name) <= MAX_NAME_CHARS and "=" not in value else text
