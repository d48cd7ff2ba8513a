"""Runs tests that are code in a freshly forked child of the warm interpreter, confined as the program beside it is."""

from __future__ import annotations

import sys

from sandbox.zygote.child import become, read_frame, write_frame
from sandbox.zygote.order import Order
from sandbox.zygote.testing import run_tests

RECURSION = 5_000  # what stands between a test and its proxy takes frames of its own


def main(header: bytes, descriptors: list[int]) -> None:
    """Run the tests that wait behind a descriptor. Never returns."""
    become(_run, header, descriptors)


def _run(source: bytes, _order: Order) -> int:
    sys.setrecursionlimit(RECURSION)
    run_tests(source, read_frame, lambda kind, body: write_frame(kind + body))
    return 0
