"""Which warm interpreter a program gets follows from what it imports."""

from __future__ import annotations

import pytest

from sandbox.interpreter import is_simple, wants_scientific


@pytest.mark.parametrize(
    "source",
    [
        "print(1)",
        "import sys, math\nfrom typing import List, Optional\n",
        "def f():\n    import heapq as h, re\n    from collections import Counter as C\n",
        "from itertools import (\n    chain,\n    count,\n)\n",
    ],
)
def test_what_most_programs_import_is_simple(source: str) -> None:
    assert is_simple(source)


@pytest.mark.parametrize(
    "source",
    [
        "import decimal",
        "import sys, json",
        "import sys; import json",
        "from math import pi; import json",
        "from collections.abc import Mapping",
        "import mathematics",
        "x = __import__('json')",
        "if 1: import json",
    ],
)
def test_anything_else_is_not(source: str) -> None:
    assert not is_simple(source)


def test_a_long_source_is_looked_through_in_no_time() -> None:
    assert is_simple("x" * 5_000_000)
    assert not is_simple("import " * 700_000)


def test_science_is_seen_wherever_it_stands() -> None:
    assert wants_scientific("def f():\n    from scipy.stats import norm\n")
    assert not wants_scientific("import numpyro_like, math")
