"""Finds the options that a prompt lists, one a line or several: "A. Growth", "(B) Decay", "C．平衡"."""

from __future__ import annotations

import re

from verifiers.rules.choice.labels import ALL_LABELS, Options

MAX_PROMPT_CHARS = 200_000
MIN_OPTIONS = 2

_ITEM = re.compile(
    r"(?:^|\n|(?<=\s)|(?<=[;；。]))[ \t*]{0,8}(?:[(（]([A-Z])[)）]|([A-Z])[.．、:：)）])[ \t*]{0,8}(?=\S)"
)


def listed(prompt: str) -> Options | None:
    """Return the last list in `prompt` that begins with A and goes on in order; None without one."""
    items = [(match[1] or match[2], match) for match in _ITEM.finditer(prompt[-MAX_PROMPT_CHARS:])]
    for first in range(len(items) - 1, -1, -1):
        if items[first][0] == "A":
            run = _run(items[first:])
            if len(run) >= MIN_OPTIONS:
                return Options(ALL_LABELS[: len(run)], _texts(prompt[-MAX_PROMPT_CHARS:], run))
    return None


def _run(items: list[tuple[str, re.Match[str]]]) -> list[re.Match[str]]:
    run = []
    for wanted, (label, match) in zip(ALL_LABELS, items, strict=False):
        if label != wanted:
            break
        run.append(match)
    return run


def _texts(prompt: str, run: list[re.Match[str]]) -> tuple[str, ...]:
    ends = [match.start() for match in run[1:]]
    last = prompt[run[-1].end() :]
    return (
        *(prompt[match.end() : end].strip() for match, end in zip(run, ends, strict=False)),
        last.partition("\n")[0].strip(),
    )
