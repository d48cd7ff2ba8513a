"""Compares times of day and dates: `3:30 pm` and `15:30`, `May 5, 2020` and `5 May 2020`."""

from __future__ import annotations

import re

_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2}))?\s*(?P<half>[ap])?(?(half)\.?\s*m\.?)",
    re.IGNORECASE,
)


def clock(text: str) -> tuple[int, bool] | None:
    """Return the second of the day and whether morning or afternoon was said; None where this is no time of day."""
    bare = re.sub(r"\\text\s*\{([^{}]*)\}|[{}~$]|\\[,; ]", lambda match: match[1] or "", text).strip()
    match = _TIME.fullmatch(bare)
    if match is None or not (match["minute"] or match["half"]):
        return None
    hour, minute, second = int(match["hour"]), int(match["minute"] or 0), int(match["second"] or 0)
    if hour > 24 or minute > 59 or second > 59:
        return None
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return hour * 3600 + minute * 60 + second, match["half"] is not None


_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE = re.compile(
    rf"(?:(?P<month>{_MONTHS})\s+(?P<day>\d{{1,2}})|(?P<first>\d{{1,2}})\s+(?P<later>{_MONTHS}))"
    r"(?:\s*,?\s+(?P<year>\d{4}))?"
)


def date(text: str) -> tuple[str, int, str] | None:
    """Return month, day and year, which may be empty; None where this is no date."""
    bare = re.sub(r"\\text\s*\{([^{}]*)\}|[{}~$]", lambda match: match[1] or "", text).strip().lower()
    match = _DATE.fullmatch(bare)
    if match is None:
        return None
    return match["month"] or match["later"], int(match["day"] or match["first"]), match["year"] or ""


def same_time(gold: str, answer: str, is_strict: bool = False) -> bool | None:
    """Say whether both are the same time of day or date; None where one is neither, or nothing says that it is."""
    day, other = date(gold), date(answer)
    if day and other:
        return day == other
    left, right = clock(gold), clock(answer)
    if left is None or right is None or not (left[1] or right[1]):
        return None
    bare = right if left[1] else left
    if is_strict or bare[1] or bare[0] >= 13 * 3600:  # 15:30 says itself that it is afternoon
        return left[0] == right[0]
    return left[0] % 43200 == right[0] % 43200
