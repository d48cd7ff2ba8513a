"""The graded score: how much of the layout is there. It is 1 exactly when nothing is broken."""

from __future__ import annotations

from collections.abc import Collection

from verifiers.rules.format.codes import ANSWER_CONTENT, HYGIENE, OUTSIDE, THINK_CONTENT, Code
from verifiers.rules.format.layout import Parts

# Caps: a skeleton without content must earn less than an honest text that lost a tag.
TRUNCATED_CAP = 0.3
ORDER_CAP = 0.4
CONTENT_CAP = 0.3
ANY_CAP = 0.8


def graded(violations: Collection[Code], parts: Parts) -> float:
    """Return 0.4 for tags, 0.2 for order, 0.1 each for outside, thoughts, answer and hygiene, under the caps."""
    found = frozenset(violations)
    holds = parts.order_holds
    points = 0.4 * parts.tags_share + 0.2 * holds
    for codes in (OUTSIDE, THINK_CONTENT, ANSWER_CONTENT):
        points += 0.1 * (holds and found.isdisjoint(codes))
    points += 0.1 * max(0.0, 1 - 0.5 * len(found & HYGIENE))
    return round(min(points, _cap(found, holds)), 6)


def _cap(found: frozenset[Code], order_holds: bool) -> float:
    caps = [1.0]
    if Code.EMPTY_RESPONSE in found:
        return 0.0
    if Code.TRUNCATED in found:
        caps.append(TRUNCATED_CAP)
    if not order_holds:
        caps.append(ORDER_CAP)
    if found & (THINK_CONTENT | ANSWER_CONTENT):
        caps.append(CONTENT_CAP)
    if found:
        caps.append(ANY_CAP)
    return min(caps)
