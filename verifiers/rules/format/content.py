"""Checks what stands inside the blocks: thoughts that say something, and an answer of the form that was asked for."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import islice

from verifiers.rules.format.codes import Code, Findings
from verifiers.rules.format.options import FormatOptions
from verifiers.text.boxes import find_boxes
from verifiers.text.fences import Fence, TooManyFences, fenced_blocks

# Letters by category that show nothing, and a braille pattern without dots: no content.
_FILLERS = "\u115f\u1160\u3164\uffa0"
_BLANK_SYMBOLS = "\u2800"
_HAN_AND_KANA = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTER_OR_DIGIT = re.compile(rf"[^\W_{_FILLERS}]")
# Japanese and Chinese put no spaces between words: there each character is one.
WORD = re.compile(rf"[{_HAN_AND_KANA}]|[^\W_{_FILLERS}{_HAN_AND_KANA}]+")

_FULL_WIDTH = re.compile("[\uff01-\uff5e]+")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}

_SAME_LANGUAGE = {
    "py": "python",
    "python3": "python",
    "py3": "python",
    "c++": "cpp",
    "cc": "cpp",
    "cxx": "cpp",
    "js": "javascript",
    "node": "javascript",
    "ts": "typescript",
    "rs": "rust",
    "golang": "go",
    "sh": "bash",
    "shell": "bash",
    "cs": "csharp",
    "c#": "csharp",
    "kt": "kotlin",
    "rb": "ruby",
}


def check_think(options: FormatOptions, think: str, start: int, findings: Findings) -> None:
    if options.allow_empty_think and not think.strip():
        return
    if not _LETTER_OR_DIGIT.search(think):
        findings.add(Code.THINK_EMPTY, "the reasoning holds no letter and no digit", start)
        return
    floor = options.min_think_words
    words = sum(1 for _ in islice(WORD.finditer(think), floor)) if floor > 1 else floor
    if words < floor:
        findings.add(Code.THINK_TOO_SHORT, f"the reasoning has {words} words, fewer than {floor}", start)


def check_answer(options: FormatOptions, answer: str, start: int, findings: Findings) -> None:
    if not _says_something(answer):
        findings.add(Code.ANSWER_EMPTY, "the answer holds no letter, digit or symbol", start)
    if options.max_answer_chars is not None and (length := len(answer.strip())) > options.max_answer_chars:
        findings.add(
            Code.ANSWER_TOO_LONG, f"the answer has {length} characters, over {options.max_answer_chars}", start
        )
    if options.require_boxed:
        _check_box(options, answer, start, findings)
    if options.require_code is not False or options.max_code_blocks is not None:
        _check_code(options, answer, start, findings)
    if options.choices is not None:
        _check_choice(options.choices, answer, start, findings)


def _says_something(answer: str) -> bool:
    if _LETTER_OR_DIGIT.search(answer):
        return True
    return any(unicodedata.category(char)[0] == "S" for char in set(answer).difference(_BLANK_SYMBOLS))


def _check_box(options: FormatOptions, answer: str, start: int, findings: Findings) -> None:
    boxes = [box for box in find_boxes(answer) if box.command == "boxed" and (box.is_braced or not box.is_closed)]
    closed = [box for box in boxes if box.is_closed]
    for box in boxes:
        if not box.is_closed:
            findings.add(Code.BOXED_UNBALANCED, "the box never closes", start + box.start)
        elif not box.content.strip():
            findings.add(Code.BOXED_EMPTY, "the box is empty", start + box.start)
    if not boxes:
        findings.add(Code.BOXED_MISSING, "the answer has no \\boxed{...}", start)
    if len(closed) > 1 and options.boxed_multiple == "forbid":
        findings.add(Code.BOXED_MULTIPLE, f"the answer has {len(closed)} boxes, the second", start + closed[1].start)


def _check_code(options: FormatOptions, answer: str, start: int, findings: Findings) -> None:
    try:
        blocks = fenced_blocks(answer)
    except TooManyFences as error:
        findings.add(Code.CODE_MULTIPLE, str(error), start)
        return
    most = options.max_code_blocks
    if most is not None and len(blocks) > most:
        findings.add(
            Code.CODE_MULTIPLE, f"{len(blocks)} code blocks, more than {most}, the first", start + blocks[0].start
        )
    for block in blocks:
        if not block.is_closed:
            findings.add(Code.CODE_UNCLOSED, "the code block never closes", start + block.start)
    if options.require_code is not False:
        _check_required_code(options.require_code, blocks, start, findings)


def _check_required_code(required: str | bool, blocks: list[Fence], start: int, findings: Findings) -> None:
    if not blocks:
        findings.add(Code.CODE_MISSING, "the answer has no fenced code", start)
        return
    fitting = blocks if required is True else [block for block in blocks if _same_language(block.label, str(required))]
    if not fitting:
        findings.add(Code.CODE_LANGUAGE, f"no code block is labelled {required}", start + blocks[0].start)
    elif not fitting[-1].code.strip():
        findings.add(Code.CODE_EMPTY, "the code block is empty", start + fitting[-1].start)


def _same_language(label: str, language: str) -> bool:
    label, language = label.lower(), language.lower()
    return _SAME_LANGUAGE.get(label, label) == _SAME_LANGUAGE.get(language, language)


def _check_choice(choices: tuple[str, ...] | str, answer: str, start: int, findings: Findings) -> None:
    plain = _FULL_WIDTH.sub(lambda run: run[0].translate(_HALF_WIDTH), answer)
    named = {found.casefold() if len(found) > 1 else found for found in _choice_pattern(tuple(choices)).findall(plain)}
    if len(named) != 1:
        listed = ", ".join(sorted(named)[:10]) or "none"
        findings.add(Code.CHOICE_NOT_UNIQUE, f"the answer must name one choice, and names {listed}", start)


@lru_cache(maxsize=256)
def _choice_pattern(choices: tuple[str, ...]) -> re.Pattern[str]:
    """Labels as whole words: one letter as it is written (the word "a" is no choice), longer ones in any case."""
    longest_first = sorted(choices, key=len, reverse=True)
    labels = "|".join(f"(?i:{re.escape(label)})" if len(label) > 1 else re.escape(label) for label in longest_first)
    return re.compile(rf"(?<![^\W_])(?:{labels})(?![^\W_])")
