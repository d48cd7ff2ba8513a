"""The verifier `language`: whether a completion keeps to one language, by counting scripts. A term of shaping.

It guards against the mixing of scripts, word by word. Languages of one script (English, French) it tells apart by
sentence, where that is asked for. It does not see what hides in code blocks; `evidence.words` tells how much prose
there was to look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from verifiers.base import Json, Sample, Score, Unavailable, Verdict, register
from verifiers.text.answer_part import reasoning_end
from verifiers.text.latin import LATIN, words_by_language
from verifiers.text.scripts import SCRIPT_OF, first_other, prose, words_by_script

MIXED_BELOW = 0.85  # honest Chinese mathematics holds some English terms: about 0.9
FOREIGN_BELOW = 0.5
MAX_CHARS = 1_000_000
MAX_ALLOWED = 200

Language_ = Literal[
    "ar", "be", "bg", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "kk",
    "ko", "mk", "mn", "mr", "ne", "nl", "no", "pl", "pt", "ro", "ru", "sr", "sv", "th", "tr", "uk", "ur", "vi", "yi",
    "zh",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Target:
    """The script that is asked for, and who asks: the option, the prompt, or the completion's own majority."""

    script: str
    by: str


@register
@dataclass(frozen=True, slots=True)
class Language:
    """Score the share of words in the target language (DeepSeek-R1), formulas, code, tags and addresses left out.

    The target is the option's, else the prompt's majority, else the completion's own. `where`: "reasoning" is what
    stands before the last closing think tag, and all of it where there is none. `form`: "ratio" (R1); "match"
    (Magistral): 1 when the prompt, the reasoning and the answer are each mostly in the target, else 0; "per_word"
    (MAI-Thinking-1): 1 less `penalty` for each word of another language. `full_from`: a ratio from here on counts as 1.
    `allow`: words of other scripts that are no offence, such as names. `among`: languages of the Latin script that are
    to be told apart from a Latin target, sentence by sentence, by py3langid. No words at all: 0, flag `no_words`.

    Raises:
        ValueError: `among` without a target, or of another script.
    """

    name: ClassVar[str] = "language"
    heavy: ClassVar[bool] = False
    shapes: ClassVar[bool] = True
    needs_truth: ClassVar[bool] = False
    truth_forms: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[Mapping[str, Json]] = {
        "completion": "<think>Six times seven makes forty-two.</think><answer>It is 42.</answer>",
        "ground_truth": None,
    }

    target: Language_ | None = None
    form: Literal["ratio", "match", "per_word"] = "ratio"
    where: Literal["reasoning", "answer", "whole"] = "whole"
    full_from: Annotated[float, Meta(gt=0.0, le=1.0)] = 1.0
    penalty: Annotated[float, Meta(gt=0.0, le=1.0)] = 0.01
    allow: Annotated[tuple[str, ...], Meta(max_length=MAX_ALLOWED)] = ()
    among: tuple[Language_, ...] = ()

    def __post_init__(self) -> None:
        if self.among and not LATIN.issuperset({self.target, *self.among}):
            raise ValueError("among tells languages of the Latin script apart, and needs a target that is one of them")

    def verify(self, sample: Sample, truth: Json) -> Score:  # noqa: ARG002  # the text alone is looked at
        start, end = self._span(sample)
        text = self._prose(sample.completion[start:end])
        words = words_by_script(text)
        total = sum(words.values())
        if not total:
            detail = "no words to look at"
            return Score(Verdict.NO_ANSWER, 0.0, None, detail, ("no_words",), {"words": 0}, (detail,))
        target = self._target(sample, words)
        if self.among:
            words = self._told_apart(text, words)
        ratio = words.get(target.script, 0.0) / total
        span = _sample_span(text, target, start) if ratio < 1.0 else None
        return self._score(sample, target, ratio, words, span)

    def check_truth(self, truth: Json) -> None:
        """Any ground truth will do: none is looked at."""

    def _span(self, sample: Sample) -> tuple[int, int]:
        size = min(len(sample.completion), MAX_CHARS)
        cut = reasoning_end(sample.completion, sample.prompt)
        if self.where == "whole" or not cut:
            return 0, size
        return (0, min(cut, size)) if self.where == "reasoning" else (cut, max(cut, size))

    def _prose(self, text: str) -> str:
        text = prose(text)
        for word in self.allow:
            text = text.replace(word, " " * len(word)) if word else text
        return text

    def _told_apart(self, text: str, words: Mapping[str, float]) -> dict[str, float]:
        """Count sentences of other Latin languages apart from the Latin script, which stands for the target."""
        try:
            languages = words_by_language(text, frozenset({str(self.target), *self.among}))
        except ModuleNotFoundError as error:
            raise Unavailable("telling Latin languages apart needs py3langid: pip install py3langid") from error
        others = {name: float(count) for name, count in languages.items() if name != self.target}
        return {**words, **others, "latin": max(0.0, words.get("latin", 0.0) - sum(others.values()))}

    def _target(self, sample: Sample, words: Mapping[str, float]) -> _Target:
        if self.target is not None:
            return _Target(SCRIPT_OF[self.target], "option")
        asked = _words_of_prompt(sample.prompt[-MAX_CHARS:]) if sample.prompt else {}
        return _Target(_most(asked), "prompt") if asked else _Target(_most(words), "completion")

    def _score(
        self,
        sample: Sample,
        target: _Target,
        ratio: float,
        words: Mapping[str, float],
        span: tuple[int, int] | None,
    ) -> Score:
        total = sum(words.values())
        value = self._value(sample, target, ratio, total)
        others = {script: count for script, count in words.items() if script != target.script}
        evidence: dict[str, Json] = {
            "target": self.target or target.script,
            "target_by": target.by,
            "ratio": round(ratio, 6),
            "words": round(total, 1),
            "other": _most(others) if others else None,
            "span": list(span) if span else None,
        }
        flags = ["language_mixed"] * (ratio < MIXED_BELOW) + ["language_mismatch"] * (ratio < FOREIGN_BELOW)
        detail = f"{ratio:.3f} of {total:.0f} words in {evidence['target']}, as the {target.by} has it"
        verdict = Verdict.CORRECT if value == 1.0 else Verdict.PARTIAL if value else Verdict.INCORRECT
        return Score(verdict, value, None, detail, tuple(flags), evidence, (detail,))

    def _value(self, sample: Sample, target: _Target, ratio: float, total: float) -> float:
        if self.form == "match":
            return 1.0 if all(_mostly(part, target) for part in _parts(sample)) else 0.0
        if self.form == "per_word":
            return max(0.0, 1.0 - self.penalty * (1.0 - ratio) * total)
        return 1.0 if ratio >= self.full_from else ratio


@lru_cache(maxsize=256)
def _words_of_prompt(prompt: str) -> Mapping[str, float]:
    """Count a prompt's words once for its whole group."""
    return words_by_script(prose(prompt))


def _parts(sample: Sample) -> list[str]:
    """Return what Magistral compares: the problem, the reasoning and the answer, those that are there."""
    cut = reasoning_end(sample.completion, sample.prompt) or 0
    parts = [sample.prompt or "", sample.completion[:cut], sample.completion[cut:]]
    return [part[:MAX_CHARS] for part in parts if part]


def _mostly(text: str, target: _Target) -> bool:
    """Whether a part is mostly in the target; a part without words, such as a bare formula, is no offence."""
    words = words_by_script(prose(text))
    return not words or words.get(target.script, 0.0) >= FOREIGN_BELOW * sum(words.values())


def _most(words: Mapping[str, float]) -> str:
    return max(words, key=lambda script: words[script])


def _sample_span(text: str, target: _Target, start: int) -> tuple[int, int] | None:
    found = first_other(text, target.script)
    return (found[0] + start, found[1] + start) if found else None
