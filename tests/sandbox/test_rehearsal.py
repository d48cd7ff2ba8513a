"""What the warm interpreter has rehearsed shows in no run: programs end as they would in a fresh Python."""

from __future__ import annotations

from sandbox.base import Status
from tests.sandbox.conftest import RunPython

CYCLE = """
import gc
class Node:
    def __init__(self):
        self.me = self
    def __del__(self):
        print("gone")
node = Node()
"""


def test_what_a_cycle_says_at_its_end_is_heard(run: RunPython) -> None:
    assert run(CYCLE).stdout == b"gone\n"


def test_what_a_cycle_says_is_heard_though_it_has_survived_a_collection(run: RunPython) -> None:
    assert run(f"{CYCLE}gc.collect()\n").stdout == b"gone\n"


def test_nothing_of_the_rehearsal_is_seen(run: RunPython) -> None:
    source = "import linecache, os, sys\nprint(sys.argv, list(linecache.cache), sorted(globals()), os.listdir('.'))"
    told = b"['solution.py'] ['solution.py'] ['__builtins__', '__doc__', '__file__', '__loader__', '__name__', '__package__', '__spec__', 'linecache', 'os', 'sys'] []\n"
    assert run(source).stdout == told


def test_random_numbers_are_the_same_in_each_run(run: RunPython) -> None:
    source = "import random\nrandom.seed\nprint(random.random(), random.getrandbits(64), random.gauss(0, 1))"
    first, second = run(source), run(source)
    assert first.stdout == second.stdout
    assert first.status is Status.OK


def test_numpy_draws_the_same_numbers_in_each_run(run: RunPython) -> None:
    source = "import numpy\nprint(numpy.random.rand(3))"
    assert run(source).stdout == run(source).stdout


def test_the_interpreter_outlives_its_rehearsal(run: RunPython) -> None:
    source = "import os\nprint(os.getppid() > 0, os.get_inheritable(0))"
    assert run(source).stdout == b"True True\n"
