"""Asks math-verify about what our own reader cannot read. Its timeouts are off: the worker's budget holds."""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from math_verify import parse, verify
from sympy.core.random import seed

SEED = 0

# It warns once that its timeouts are off, as they must be here.
logging.getLogger("math_verify").setLevel(logging.ERROR)


def agrees(gold: str, answer: str) -> bool:
    """Say whether math-verify takes `answer` for `gold`; what it cannot read is not equal."""
    # sympy draws points at random: the same pair must get the same ones, whatever was compared before
    seed(SEED)
    read_gold, read_answer = _read(gold), _read(answer)
    if not read_gold or not read_answer:
        return False
    try:
        return bool(verify(list(read_gold), list(read_answer), timeout_seconds=None, raise_on_error=True))
    except Exception:  # noqa: BLE001 - sympy's comparisons raise whatever their algorithms raise
        return False


@lru_cache(maxsize=512)
def _read(text: str) -> tuple[Any, ...]:
    try:
        return tuple(parse(f"\\boxed{{{text}}}", parsing_timeout=None, raise_on_error=True))
    except Exception:  # noqa: BLE001 - a grammar, sympy and antlr each raise types of their own
        return ()
