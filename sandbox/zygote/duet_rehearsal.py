"""Rehearses a program and the tests beside it in the warm interpreter itself, before it forks its first child.

Both sides are played in one process. What a child does for the first time writes to memory that it shares with its
parent until then, and each page of that is copied: after a rehearsal all of it is as it will be in every child.
"""

from __future__ import annotations

import dataclasses
import sys
import unittest
from types import ModuleType

from sandbox import plain
from sandbox.zygote.crossing import Unpacking, parted
from sandbox.zygote.objects import Objects
from sandbox.zygote.testing import run_tests

TIMES = 20  # the interpreter adapts code once it has run eight times
PROGRAM = """
class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b
    def sum(self):
        return self.a + self.b
def total(values, weights=None):
    values.append(sum(values))
    return [values[-1], {"of": len(values)}, (1.5, "text")]
def fail(x):
    raise ValueError(x)
"""
PARTS = [
    "assert total([1, 2]) == [3, {'of': 3}, (1.5, 'text')]",
    "values = [1, 2]\ntotal(values)\nassert values == [1, 2, 3]",
    "assert Pair(1, 2).sum() == 3 and Pair(1, 2).a == 1",
    "try:\n    fail(1)\nexcept ValueError as error:\n    assert str(error) == '1'",
    "assert total([]) == 1, 'fails'",
]
FILE = """
import unittest
from solution import total
class T(unittest.TestCase):
    def test(self):
        self.assertEqual(total([1])[0], 1)
"""
ORDER = {
    "setup": "",
    "entry": None,
    "class_names": ["Pair"],
    "names": ["Pair", "fail", "total"],
    "owned": [],
    "first": 0,
    "stops": False,
    "candidate": None,
}


def rehearse() -> None:
    """Must be called before anything of ours is hidden. Leaves the interpreter's modules as they were."""
    modules = dict(sys.modules)
    kept = [(module, name, getattr(module, name)) for module, name in _replaced()]
    try:
        for _ in range(TIMES):
            _play(plain.encode({**ORDER, "parts": PARTS, "is_file": False}))
            _play(plain.encode({**ORDER, "parts": [FILE], "is_file": True}))
            for module, name, value in kept:
                setattr(module, name, value)
    finally:
        for name in sys.modules.keys() - modules.keys():
            del sys.modules[name]


def _replaced() -> list[tuple[object, str]]:
    """What a run of tests replaces in modules that are not its own."""
    asserting = [(unittest.TestCase, name) for name in ("assertIs", "assertIsNot")]
    return [
        (unittest, "main"),
        *asserting,
        *((dataclasses, name) for name in ("asdict", "astuple", "fields", "replace")),
    ]


def _play(order: bytes) -> None:
    program = ModuleType("solution")
    exec(PROGRAM, program.__dict__)
    objects = Objects(program, lambda: None, lambda _: None)
    answers: list[bytes] = []

    def write(kind: bytes, body: bytes) -> None:
        if kind == b"Q":
            request = Unpacking(objects)
            answers.append(objects._answer(request, request.unpacked(parted(body)[1])))

    run_tests(order, answers.pop, write)
