"""Unbiased pass@k: the chance that at least one of k samples, drawn from the n judged ones, is correct."""

from __future__ import annotations

import math


def pass_at_k(n: int, correct: int, k: int) -> float | None:
    """Return 1 - C(n - correct, k) / C(n, k); None where k > n or k < 1.

    Source: Chen et al., Evaluating Large Language Models Trained on Code (arXiv 2107.03374), section 2.1.
    """
    if k < 1 or k > n:
        return None
    return 1.0 - math.comb(n - correct, k) / math.comb(n, k)
