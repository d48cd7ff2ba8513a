"""A bounded memory of scores, so that what was judged once need not be judged again. It never keeps a null."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from verifiers.base import Score


class ScoreCache:
    """The most recently used scores, at most `max_entries` of them. Safe for threads."""

    def __init__(self, max_entries: int) -> None:
        self._max_entries = max_entries
        self._scores: OrderedDict[Hashable, Score] = OrderedDict()
        self._lock = threading.Lock()
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._scores)

    def get(self, key: Hashable) -> Score | None:
        with self._lock:
            score = self._scores.get(key)
            if score is None:
                self.misses += 1
                return None
            self._scores.move_to_end(key)
            self.hits += 1
            return score

    def put(self, key: Hashable, score: Score) -> None:
        """Keep a score. One that abstains is not kept: the cause may be gone the next time."""
        if score.value is None or self._max_entries <= 0:
            return
        with self._lock:
            self._scores[key] = score
            self._scores.move_to_end(key)
            while len(self._scores) > self._max_entries:
                self._scores.popitem(last=False)
