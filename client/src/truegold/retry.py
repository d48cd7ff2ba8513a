"""When a call is tried again, and after how long."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

# 500 is among them: a proxy, Ray Serve and a service that is shutting down say it of requests that were never judged,
# and judging is pure, so asking again does no harm.
TRANSIENT = frozenset({429, 500, 502, 503, 504})

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
LONGEST_RETRY_AFTER_S = 120.0


@dataclass
class Attempts:
    """The tries of one request: how many are left, and until when.

    Each takes at most `timeout_s`. `ends_at` is a reading of `clock`; None means that only the count decides.
    """

    retries: int
    timeout_s: float
    clock: Callable[[], float]
    ends_at: float | None = None
    used: int = 0

    def left_s(self) -> float | None:
        """Seconds until the deadline, None without one."""
        return None if self.ends_at is None else self.ends_at - self.clock()

    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        left_s = self.left_s()
        return left_s is not None and left_s <= 0

    def next_try_s(self) -> float:
        """How many seconds the service has for a try that begins now."""
        left_s = self.left_s()
        return self.timeout_s if left_s is None else max(left_s, 0.001)

    def next_pause_s(self, retry_after_s: float | None = None) -> float | None:
        """Use up one retry and return how long to wait before it; None where none is left, or no time for it."""
        if self.used >= self.retries:
            return None
        pause_s = _pause_s(self.used, retry_after_s)
        self.used += 1
        left_s = self.left_s()
        return pause_s if left_s is None or pause_s < left_s else None


def _pause_s(retry: int, retry_after_s: float | None) -> float:
    # Jitter keeps the ranks of a training job, which all failed at one moment, from coming back at one moment.
    backoff_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0**retry) * random.uniform(0.5, 1.0)
    if retry_after_s is None:
        return backoff_s
    return min(retry_after_s, LONGEST_RETRY_AFTER_S) + backoff_s * 0.5


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """What `Retry-After` asks for, in seconds; None where it is missing or cannot be read. Names are in lower case."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
