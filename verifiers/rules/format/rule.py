"""The verifier `format`: the strict checks in order, and the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from verifiers.base import Json, Sample, Score, Verdict, register
from verifiers.rules.format.characters import check_characters, check_special_tokens
from verifiers.rules.format.codes import FLAGGED, Code, Findings
from verifiers.rules.format.content import check_answer, check_think
from verifiers.rules.format.flags import noted
from verifiers.rules.format.grade import graded
from verifiers.rules.format.layout import Parts, check_newlines, find_parts, has_reasoning
from verifiers.rules.format.near_miss import check_near_misses
from verifiers.rules.format.options import FormatOptions
from verifiers.rules.format.prepare import Prepared, prepare
from verifiers.rules.format.tools import find_episode
from verifiers.text.answer_part import find_answer_part, prompt_opens_thinking

_ORDER = {code: index for index, code in enumerate(Code)}
_KEPT = {
    "think_answer": "every tag is there once and in order, and nothing else is broken",
    "think_only": "one block of reasoning, then free text, and nothing is broken",
    "answer_only": "one answer block, and nothing else is broken",
    "none": "no tags are asked for, and nothing is broken",
}


@register
@dataclass(frozen=True, slots=True)
class Format(FormatOptions):
    """Score 1 when the completion keeps the layout; what is broken stands in `evidence.violations`.

    With `scoring` "graded" the score is that of `evidence.graded`, for diagnosis and short warm-ups.
    """

    name: ClassVar[str] = "format"
    heavy: ClassVar[bool] = False
    needs_truth: ClassVar[bool] = False
    truth_forms: ClassVar[tuple[str, ...]] = ()
    violations: ClassVar[tuple[str, ...]] = tuple(Code)
    example: ClassVar[Mapping[str, Json]] = {
        "completion": "<think>Six times seven is forty-two.</think>\n<answer>42</answer>",
        "ground_truth": None,
    }

    def verify(self, sample: Sample, truth: Json) -> Score:  # noqa: ARG002  # the layout is right or wrong by itself
        if not sample.completion or sample.completion.isspace():
            findings = Findings()
            findings.add(Code.EMPTY_RESPONSE, "the completion is empty")
            return self._broken(findings, Parts(False, 0.0))
        prepared = prepare(self, sample.completion)
        findings = Findings(len(prepared.prefix))
        self._check_whole(sample, prepared, findings)
        parts = self._check_layout(sample, prepared, findings)
        score = self._broken(findings, parts) if findings.words else self._kept(parts, findings.shift)
        thinks = [prepared.text[think.start : think.end] for think in parts.thinks]
        if self.allow_empty_think:
            thinks = list(filter(str.strip, thinks))
        return noted(score, prepared.text, thinks, is_disguised=findings.is_disguised)

    def check_truth(self, truth: Json) -> None:
        """Any ground truth will do: none is looked at."""

    def _check_whole(self, sample: Sample, prepared: Prepared, findings: Findings) -> None:
        if sample.truncated or self.finish_reason == "length":
            findings.add(Code.TRUNCATED, "the engine stopped at its length limit")
        check_special_tokens(prepared, (*self.think_tags, *self.answer_tags), findings)
        check_characters(prepared.text, findings)
        check_near_misses(self, prepared, findings)

    def _check_layout(self, sample: Sample, prepared: Prepared, findings: Findings) -> Parts:
        has_think = has_reasoning(self, prepared, findings)
        find = find_parts if self.tool_mode == "none" else find_episode
        parts = find(self, prepared, has_think, findings)
        self._check_content(sample, prepared, parts, findings)
        if Code.THINK_OPEN_MISSING in findings.words and prompt_opens_thinking(sample.prompt, self.think_tags[0]):
            findings.words[Code.THINK_OPEN_MISSING] += "; the prompt ends with it, so prefix_think should be set"
        if self.tool_mode == "none":
            check_newlines(self, prepared, has_think, findings)
        if self.layout == "think_only":
            self._check_answer_tags(prepared, findings)
        return parts

    def _check_content(self, sample: Sample, prepared: Prepared, parts: Parts, findings: Findings) -> None:
        for think in parts.thinks:
            check_think(self, prepared.text[think.start : think.end], think.start, findings)
        if parts.answer is not None:
            check_answer(self, prepared.text[parts.answer.start : parts.answer.end], parts.answer.start, findings)
        elif parts.order_holds:
            self._check_untagged(sample, findings)

    def _check_untagged(self, sample: Sample, findings: Findings) -> None:
        """Without tags of a layout the answer is what the shared parse says it is."""
        part = find_answer_part(sample.completion, sample.prompt)
        if part.text is None:
            findings.add(Code.ANSWER_EMPTY, part.why)
        else:
            check_answer(self, part.text, part.start, findings)

    def _check_answer_tags(self, prepared: Prepared, findings: Findings) -> None:
        for found in prepared.tags:
            if found.tag in self.answer_tags:
                findings.add(Code.ANSWER_TAG_UNEXPECTED, f"{found.tag} is no tag of this layout", found.start)

    def _kept(self, parts: Parts, shift: int) -> Score:
        evidence: dict[str, Json] = {"violations": [], "graded": 1.0}
        if parts.answer is not None:
            evidence["span"] = [max(parts.answer.start - shift, 0), parts.answer.end - shift]
        return Score(Verdict.CORRECT, 1.0, evidence=evidence, steps=(_KEPT[self.layout],))

    def _broken(self, findings: Findings, parts: Parts) -> Score:
        broken = sorted(findings.words, key=_ORDER.__getitem__)
        grade = graded(broken, parts)
        value = grade if self.scoring == "graded" else 0.0
        return Score(
            Verdict.PARTIAL if value else Verdict.BAD_FORMAT,
            value,
            detail=broken[0].value,
            flags=tuple(code.value for code in broken if code in FLAGGED),
            evidence={"violations": [code.value for code in broken], "graded": grade},
            steps=tuple(f"{code}: {findings.words[code]}" for code in broken),
        )
