"""The ways a format can be broken: a closed list, and the findings of one completion."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What is broken, in the order in which it is looked for."""

    EMPTY_RESPONSE = "empty_response"
    TRUNCATED = "truncated"
    SPECIAL_TOKEN_INSIDE = "special_token_inside"
    INVISIBLE_CHARS = "invisible_chars"
    CONTROL_CHARS = "control_chars"
    TAG_MALFORMED = "tag_malformed"
    FOREIGN_TAG = "foreign_tag"
    TOOL_UNEXPECTED = "tool_unexpected"
    THINK_OPEN_MISSING = "think_open_missing"
    THINK_CLOSE_MISSING = "think_close_missing"
    ANSWER_OPEN_MISSING = "answer_open_missing"
    ANSWER_CLOSE_MISSING = "answer_close_missing"
    TAG_DUPLICATE = "tag_duplicate"
    TAG_ORDER = "tag_order"
    TEXT_BEFORE = "text_before"
    TEXT_BETWEEN = "text_between"
    TEXT_AFTER = "text_after"
    THINK_EMPTY = "think_empty"
    THINK_TOO_SHORT = "think_too_short"
    ANSWER_EMPTY = "answer_empty"
    ANSWER_TOO_LONG = "answer_too_long"
    BOXED_MISSING = "boxed_missing"
    BOXED_EMPTY = "boxed_empty"
    BOXED_UNBALANCED = "boxed_unbalanced"
    BOXED_MULTIPLE = "boxed_multiple"
    CODE_MISSING = "code_missing"
    CODE_UNCLOSED = "code_unclosed"
    CODE_LANGUAGE = "code_language"
    CODE_EMPTY = "code_empty"
    CODE_MULTIPLE = "code_multiple"
    CHOICE_NOT_UNIQUE = "choice_not_unique"
    NEWLINE_LAYOUT = "newline_layout"
    ANSWER_TAG_UNEXPECTED = "answer_tag_unexpected"
    THINK_FORBIDDEN = "think_forbidden"
    TOOL_SEQUENCE = "tool_sequence"
    TOOL_JSON = "tool_json"
    FORGED_OBSERVATION = "forged_observation"


HYGIENE = frozenset(
    {
        Code.SPECIAL_TOKEN_INSIDE,
        Code.INVISIBLE_CHARS,
        Code.CONTROL_CHARS,
        Code.FOREIGN_TAG,
        Code.TAG_MALFORMED,
        Code.TOOL_UNEXPECTED,
    }
)
OUTSIDE = frozenset({Code.TEXT_BEFORE, Code.TEXT_BETWEEN, Code.TEXT_AFTER, Code.NEWLINE_LAYOUT})
THINK_CONTENT = frozenset({Code.THINK_EMPTY, Code.THINK_TOO_SHORT})
ANSWER_CONTENT = frozenset(
    {
        Code.ANSWER_EMPTY,
        Code.ANSWER_TOO_LONG,
        Code.BOXED_MISSING,
        Code.BOXED_EMPTY,
        Code.BOXED_UNBALANCED,
        Code.BOXED_MULTIPLE,
        Code.CODE_MISSING,
        Code.CODE_UNCLOSED,
        Code.CODE_LANGUAGE,
        Code.CODE_EMPTY,
        Code.CODE_MULTIPLE,
        Code.CHOICE_NOT_UNIQUE,
    }
)
# These name the whole sample in a result's flags too, where a trainer counts them.
FLAGGED = frozenset({Code.TRUNCATED, Code.INVISIBLE_CHARS, Code.TAG_MALFORMED, Code.FORGED_OBSERVATION})


class Findings:
    """What was found in one completion: each code once, where it was seen first, in words.

    `shift` is how many characters were put before the completion: places are told in the completion's own code points.
    `is_disguised`: a tag is spelled with letters that look like its own.
    """

    def __init__(self, shift: int = 0) -> None:
        self.shift = shift
        self.words: dict[Code, str] = {}
        self.is_disguised = False

    def add(self, code: Code, words: str, at: int | None = None) -> None:
        if code not in self.words:
            self.words[code] = words if at is None else f"{words}, at {max(at - self.shift, 0)}"
