"""Notes what is worth counting about a program beside its verdict: these flags never change a score.

Two kinds: the limits that a test ran into, and what a Python source shows when it is read. Reading is a look, no proof:
it is for rates over many samples. It sees no other language, no source over MAX_SOURCE_CHARS, and nothing that a
program puts together from pieces.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from verifiers.base import Score, Verdict
from verifiers.rules.program.extract import Judged
from verifiers.rules.program.hardcoded import compares, inputs_of, may_compare
from verifiers.rules.program.look import introspects, may_introspect, may_write_test_files, writes_test_files
from verifiers.rules.program.results import Result
from verifiers.rules.program.truth import Truth

HARDCODED_EXAMPLE = "hardcoded_example"
INTROSPECTION = "introspection"
WRITES_TEST_FILES = "writes_test_files"

MAX_SOURCE_CHARS = 32_000
_LIMITS = {
    Verdict.TIME_LIMIT: "timeout",
    Verdict.MEMORY_LIMIT: "memory_limit",
    Verdict.OUTPUT_LIMIT: "output_limit",
}


def noted(score: Score, found: Judged, truth: Truth, results: Iterable[Result]) -> Score:
    """Return the score with the flags that its program and the results of its tests earn."""
    limits = [_LIMITS[result.verdict] for result in results if result.verdict in _LIMITS]
    flags = dict.fromkeys((*score.flags, *limits, *_in_source(found, truth)))
    return replace(score, flags=tuple(flags)) if len(flags) > len(score.flags) else score


def _in_source(found: Judged, truth: Truth) -> Iterator[str]:
    source = found.source
    if found.language != "python" or len(source) > MAX_SOURCE_CHARS:
        return
    inputs = inputs_of(truth.tests)
    looks, writes, knows = may_introspect(source), may_write_test_files(source), may_compare(source, inputs)
    # Parsing costs a hundred times what reading the text does, so that it waits for a reason.
    tree = _parsed(source) if looks or writes or knows else None
    if tree is None:
        return
    nodes = list(ast.walk(tree))
    if looks and introspects(nodes):
        yield INTROSPECTION
    if writes and writes_test_files(nodes):
        yield WRITES_TEST_FILES
    if knows and compares(nodes, inputs):
        yield HARDCODED_EXAMPLE


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None  # such a source did not run either, or is nested beyond what people write
