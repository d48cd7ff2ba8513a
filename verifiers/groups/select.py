"""Rejection sampling: which rollouts to keep for fine-tuning, and why each other one is dropped.

The rules are those of the literature (DeepSeek-R1's third stage, Qwen3, Kimi k1.5, OLMo 3, GLM-4.5); each drop carries
the names of the rules that ask for it. What a rule needs to know of a sample stands in `Seen`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import msgspec

from verifiers.text.answer_part import reasoning_end
from verifiers.text.fences import TooManyFences, fenced_blocks
from verifiers.text.scripts import words_by_script

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Count = Annotated[int, msgspec.Meta(ge=1)]
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")


class Prefer(StrEnum):
    """Whom `max_per_group` keeps, and which of several duplicates."""

    FIRST = "first"
    SHORTEST = "shortest"


class SelectRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rollout must keep. What is unset is not asked for; a rollout that could not be judged is always dropped.

    The reasoning is what stands before the last closing think tag, or all of it where there is none. `max_per_group`
    and `deduplicate` look at what all other rules have left.
    """

    min_reward: float | None = None
    format_strict: bool = False
    not_truncated: bool = False
    min_language: Share | None = None
    max_repetition: Share | None = None
    max_paragraph_chars: Count | None = None
    no_code_in_think: bool = False
    think_answer_agree: bool = False
    min_think_words: Count | None = None
    deny_flags: Annotated[list[str], msgspec.Meta(max_length=100)] = []
    max_per_group: Count | None = None
    prefer: Prefer = Prefer.FIRST
    deduplicate: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one rollout. `error` names the verdict for want of which it has no reward.

    `format_holds`, `language`, `repeated` and `agrees` are None where no rule asks, or where nothing can be said.
    """

    completion: str
    prompt: str | None
    group: str | None
    reward: float | None
    error: str | None = None
    truncated: bool = False
    tokens: int | None = None
    flags: Collection[str] = field(default_factory=tuple)
    format_holds: bool | None = None
    language: float | None = None
    repeated: float | None = None
    agrees: bool | None = None


def select(seen: Sequence[Seen], rules: SelectRules) -> list[list[str]]:
    """Return for each rollout why it is dropped, in the rules' order: nothing for those that are kept."""
    why = [_why(one, rules) for one in seen]
    order = sorted(range(len(seen)), key=lambda place: _rank(seen, place, rules.prefer))
    if rules.deduplicate:
        _drop_duplicates(seen, why, order)
    if rules.max_per_group is not None:
        _drop_surplus(seen, why, order, rules.max_per_group)
    return why


def reasoning(seen: Seen) -> str:
    cut = reasoning_end(seen.completion, seen.prompt)
    return seen.completion[:cut] if cut else seen.completion


def _why(seen: Seen, rules: SelectRules) -> list[str]:
    asked = {
        "min_reward": rules.min_reward is not None and (seen.reward is None or seen.reward < rules.min_reward),
        str(seen.error): seen.error is not None,
        "format_strict": rules.format_strict and not seen.format_holds,
        "not_truncated": rules.not_truncated and seen.truncated,
        "min_language": rules.min_language is not None and (seen.language or 0.0) < rules.min_language,
        "max_repetition": rules.max_repetition is not None and (seen.repeated or 0.0) > rules.max_repetition,
        "max_paragraph_chars": rules.max_paragraph_chars is not None
        and _longest_paragraph(seen) > rules.max_paragraph_chars,
        "no_code_in_think": rules.no_code_in_think and _has_code(reasoning(seen)),
        "think_answer_agree": rules.think_answer_agree and seen.agrees is False,
        "min_think_words": rules.min_think_words is not None and _think_words(seen) < rules.min_think_words,
        "deny_flags": not set(rules.deny_flags).isdisjoint(seen.flags),
    }
    return [name for name, is_broken in asked.items() if is_broken]


def _longest_paragraph(seen: Seen) -> int:
    return max(len(paragraph.strip()) for paragraph in _PARAGRAPH_END.split(reasoning(seen)))


def _has_code(text: str) -> bool:
    try:
        return bool(fenced_blocks(text))
    except TooManyFences:
        return True


def _think_words(seen: Seen) -> float:
    cut = reasoning_end(seen.completion, seen.prompt)
    return sum(words_by_script(seen.completion[:cut]).values()) if cut else 0.0


def _rank(seen: Sequence[Seen], place: int, prefer: Prefer) -> tuple[int, int]:
    if prefer is Prefer.FIRST:
        return 0, place
    one = seen[place]
    counts_tokens = all(other.tokens is not None for other in seen)
    return (one.tokens if counts_tokens and one.tokens is not None else len(one.completion)), place


def _drop_duplicates(seen: Sequence[Seen], why: Sequence[list[str]], order: Iterable[int]) -> None:
    """Keep the preferred one of those whose completions differ in blanks at most, within a group or a prompt."""
    known: set[tuple[str | None, str]] = set()
    for place in order:
        one = seen[place]
        key = (one.group if one.group is not None else one.prompt, " ".join(one.completion.split()))
        if why[place]:
            continue
        if key in known:
            why[place].append("deduplicate")
        known.add(key)


def _drop_surplus(seen: Sequence[Seen], why: Sequence[list[str]], order: Iterable[int], most: int) -> None:
    """Keep so many of each group; rollouts that name no group are not counted together."""
    kept: dict[str, int] = {}
    for place in order:
        group = seen[place].group
        if why[place] or group is None:
            continue
        if kept.get(group, 0) >= most:
            why[place].append("max_per_group")
        else:
            kept[group] = kept.get(group, 0) + 1
