"""Builds: each is made once, forgotten when there are too many, and cannot be changed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest

from sandbox.builds import Builds, Built, Executable, key_of
from sandbox.recall import Recall


def counting(made: list[str], name: str, size: int = 1) -> Callable[[], Built]:
    def make() -> Built:
        made.append(name)
        return Built(content=b"x" * size)

    return make


def test_a_program_is_built_once() -> None:
    builds, made = Builds(), list[str]()
    first = builds.made(b"key", counting(made, "a"), Recall())
    assert builds.made(b"key", counting(made, "b"), Recall()) is first
    assert made == ["a"]


def test_whoever_comes_while_it_is_built_waits_for_the_same_build() -> None:
    builds, made, begun, go_on = Builds(), list[str](), threading.Event(), threading.Event()

    def make_slowly() -> Built:
        begun.set()
        go_on.wait()
        return counting(made, "a")()

    found: list[Built | None] = []
    first = threading.Thread(target=lambda: found.append(builds.made(b"key", make_slowly, Recall())))
    second = threading.Thread(target=lambda: found.append(builds.made(b"key", counting(made, "b"), Recall())))
    first.start()
    begun.wait()
    second.start()
    go_on.set()
    first.join()
    second.join()
    assert found[0] is found[1]
    assert made == ["a"]


def test_a_build_that_fails_is_made_anew_by_the_next() -> None:
    builds, made = Builds(), list[str]()

    def fail() -> Built:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        builds.made(b"key", fail, Recall())
    assert builds.made(b"key", counting(made, "b"), Recall()) is not None


def test_a_run_that_is_called_back_does_not_wait_for_another_ones_build() -> None:
    builds, begun, go_on = Builds(), threading.Event(), threading.Event()

    def make_slowly() -> Built:
        begun.set()
        go_on.wait()
        return Built(content=b"x")

    first = threading.Thread(target=lambda: builds.made(b"key", make_slowly, Recall()))
    first.start()
    begun.wait()
    called = Recall()
    called.call()
    assert builds.made(b"key", make_slowly, called) is None
    go_on.set()
    first.join()


def test_the_longest_unused_build_is_forgotten_first() -> None:
    builds, made = Builds(max_bytes=250), list[str]()
    for name in ("a", "b", "a", "c", "a", "b"):
        builds.made(name.encode(), counting(made, name, 100), Recall())
    assert made == ["a", "b", "c", "b"]


def test_equal_parts_make_equal_keys_and_no_others() -> None:
    assert key_of("ab", "c") == key_of("ab", "c")
    assert len({key_of("ab", "c"), key_of("a", "bc"), key_of("abc"), key_of("ab", "c", "")}) == 4
    assert key_of("\ud800")


def test_an_executable_cannot_be_changed_and_is_gone_with_its_last_holder() -> None:
    executable = Executable(b"some program")
    descriptor = executable.descriptor
    with pytest.raises(OSError, match="not permitted"):
        os.write(descriptor, b"x")
    with pytest.raises(OSError, match="not permitted"):
        os.ftruncate(descriptor, 0)
    del executable
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
