"""Cache, cores, frames and fingerprint."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from verifiers.base import Score, Verdict
from verifiers.engine import frames
from verifiers.engine.cache import ScoreCache
from verifiers.engine.cores import core_budget
from verifiers.engine.fingerprint import fingerprint
from verifiers.recipes.combine import Component, Recipe

RIGHT = Score(Verdict.CORRECT, 1.0)


def test_the_cache_never_keeps_a_null() -> None:
    cache = ScoreCache(10)
    cache.put("key", Score(Verdict.DEADLINE, None))
    assert cache.get("key") is None


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    cache = ScoreCache(2)
    cache.put("a", RIGHT)
    cache.put("b", RIGHT)
    cache.get("a")
    cache.put("c", RIGHT)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (RIGHT, None, RIGHT)


@pytest.mark.parametrize(
    ("file", "text", "expected"), [("cpu.max", "max 100000", None), ("cpu.max", "100000 100000", 1), ("", "", None)]
)
def test_the_budget_of_cores_is_bounded_by_the_cgroup_quota(
    tmp_path: Path, file: str, text: str, expected: int | None
) -> None:
    if file:
        (tmp_path / file).write_text(text)
    unbounded = core_budget(tmp_path / "nothing")
    assert core_budget(tmp_path) == (expected or unbounded)


def test_the_quota_of_the_older_cgroups_counts_too(tmp_path: Path) -> None:
    (tmp_path / "cpu").mkdir()
    (tmp_path / "cpu" / "cpu.cfs_quota_us").write_text("50000\n")
    (tmp_path / "cpu" / "cpu.cfs_period_us").write_text("100000\n")
    assert core_budget(tmp_path) == 1


@pytest.mark.parametrize("value", ["plain", "\ud800 lone", {"n": 10**30}, [1, None, True, 0.5]])
def test_a_frame_brings_a_value_across_unchanged(value: object) -> None:
    near, far = socket.socketpair()
    with near, far:
        frames.send(near, frames.to_json(value))
        assert frames.from_json(frames.receive(far)) == value


def test_a_frame_over_the_bound_counts_as_a_broken_peer() -> None:
    near, far = socket.socketpair()
    with near, far:
        frames.send(near, b"x" * 100)
        with pytest.raises(frames.Closed):
            frames.receive(far, max_bytes=99)


def test_nothing_in_the_time_given_is_late() -> None:
    near, far = socket.socketpair()
    with near, far, pytest.raises(frames.Late):
        frames.receive(far, wait_s=0.0)


def test_the_fingerprint_changes_with_a_weight_and_with_nothing_else() -> None:
    one = Recipe("r", (Component("accuracy", "math", weight=1.0),))
    same = Recipe("r", (Component("accuracy", "math", weight=1.0),))
    other = Recipe("r", (Component("accuracy", "math", weight=2.0),))
    assert fingerprint("r", one) == fingerprint("r", same) != fingerprint("r", other)
