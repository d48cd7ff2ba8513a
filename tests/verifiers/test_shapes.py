"""Rules are built by many threads at once, from the first request on: what they have first met together crashed them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import ROOT

TOGETHER = """
import sys, threading
from verifiers.registry import Registry, Spec
sys.setswitchinterval(1e-6)
registry, barrier = Registry.discover(), threading.Barrier(8)
def build():
    barrier.wait()
    for name in registry.names:
        registry.build(Spec(name))
threads = [threading.Thread(target=build) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print("built")
"""


@pytest.mark.parametrize("attempt", range(4))
def test_threads_may_be_the_first_to_build_a_rule(attempt: int) -> None:
    run = subprocess.run([sys.executable, "-c", TOGETHER], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (0, "built\n"), run.stderr
