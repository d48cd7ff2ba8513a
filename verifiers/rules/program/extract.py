"""Finds the program to judge in a completion: the last fenced block of its answer part that fits, or all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from verifiers.base import Sample
from verifiers.rules.program.languages import DEFAULT, NO_PROGRAM, canonical
from verifiers.text.answer_part import Where
from verifiers.text.fences import Fence, TooManyFences, fenced_blocks

MAX_PROGRAM_CHARS = 2**20
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Judged:
    """The program, its language, and where it stands in the completion."""

    source: str
    language: str
    start: int
    end: int
    is_by_fence: bool = False  # only the fence asks for this language

    @property
    def has_lone_surrogate(self) -> bool:
        """No source file can hold one."""
        return _SURROGATE.search(self.source) is not None


@dataclass(frozen=True, slots=True)
class NoProgram:
    """Nothing to judge was found; `why` says what was missing."""

    why: str


def find_program(sample: Sample, where: Where, asked: str | None, names: frozenset[str]) -> Judged | NoProgram:
    """Return the program of the completion.

    `asked` is the language that option or ground truth name, None where neither does. Where `names` has entries, the
    last block that defines them all is taken: chat models end with a block of examples.
    """
    part = sample.answer_part(where)
    if part.text is None:
        return NoProgram(part.why)
    try:
        block = _chosen(fenced_blocks(part.text), asked, names)
    except TooManyFences as error:
        return NoProgram(str(error))
    source = part.text if block is None else block.code
    if not source or source.isspace():
        return NoProgram("the program is empty")
    if len(source) > MAX_PROGRAM_CHARS:
        return NoProgram(f"the program has over {MAX_PROGRAM_CHARS} characters")
    labelled = canonical(block.label) if block else None
    start, end = (0, len(source)) if block is None else (block.start, block.end)
    language = asked or labelled or DEFAULT
    return Judged(source, language, part.start + start, part.start + end, is_by_fence=not asked and bool(labelled))


def _chosen(blocks: list[Fence], asked: str | None, names: frozenset[str]) -> Fence | None:
    """Return the last block, of the best kind that is there."""
    written = [block for block in blocks if block.code and not block.code.isspace()] or blocks
    programs = [block for block in written if block.label not in NO_PROGRAM] or written
    labelled = [block for block in programs if asked and canonical(block.label) == asked]
    if names:
        open_label = [block for block in programs if asked is None or canonical(block.label) is None]
        for candidates in (labelled, open_label):
            defining = [block for block in candidates if _defines(block.code, names, asked or canonical(block.label))]
            if defining:
                return defining[-1]
    return next(reversed(labelled or programs), None)


def _defines(code: str, names: frozenset[str], language: str | None) -> bool:
    definition = _definition if language in (None, DEFAULT) else _foreign_definition
    return all(definition(name).search(code) for name in names)


def _definition(name: str) -> re.Pattern[str]:
    """Match where Python code binds a function, class or variable of this name."""
    word = re.escape(name)
    return re.compile(rf"(?m)^[ \t]*(?:async[ \t]+def|def|class)[ \t]+{word}\b|^{word}[ \t]*(?::[^=\n]*)?=(?!=)")


def _foreign_definition(name: str) -> re.Pattern[str]:
    """Match where code in a language like C or JavaScript defines a function or class of this name.

    By its keyword, by what it is bound to, or by a type before the name and parameters after it.
    """
    word = re.escape(name)
    keyword = rf"\b(?:function\*?|class|const|let|var|fn|func|struct|interface|record|enum)[ \t]+{word}\b"
    bound = rf"^[ \t]*(?:exports\.|this\.|static[ \t])?{word}[ \t]*(?:=(?![=>])|\()[^;\n]*[{{(>]$"
    typed = rf"^(?![ \t]*(?:return|throw|new|else|await|yield)\b)[\w<>\[\],.?:&* \t]+[ \t&*]{word}[ \t]*\("
    return re.compile(f"(?m){keyword}|{bound}|{typed}")
