"""Puts the caller's setup before the completion's program, as one source text."""

from __future__ import annotations

import re

# Python takes these only at the top of a file, where the setup would stand.
_FUTURE = re.compile(r"(?m)^from[ \t]+__future__[ \t]+import[ \t]+[^\n()\\]+$")


# What the harnesses of APPS, TACO and LiveCodeBench import for a function, as far as it hides no built-in.
USUAL_IMPORTS = """\
import bisect, collections, copy, datetime, functools, heapq, itertools, math, operator, random, re, string, sys
from bisect import *
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from functools import cache, cmp_to_key, lru_cache, reduce
from heapq import *
from itertools import *
from math import ceil, comb, factorial, floor, gcd, inf, isqrt, log, log2, sqrt
from typing import *"""


def with_setup(setup: str, source: str, language: str) -> str:
    """Return the source to run; `setup` may be empty."""
    if not setup:
        return source
    if language != "python":
        return f"{setup}\n{source}"
    lifted = _FUTURE.findall(source)
    return "\n".join([*lifted, setup, _FUTURE.sub("", source) if lifted else source])
