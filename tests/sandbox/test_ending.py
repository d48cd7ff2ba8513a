"""Whose fault an ending is, case by case."""

from __future__ import annotations

import pytest

from sandbox.base import Limits, Status
from sandbox.ending import Ending, KilledFromOutside, status_of
from sandbox.forkserver import Ended
from sandbox.zygote.order import COMPILE_ERROR, OUT_OF_MEMORY

LIMITS = Limits(cpu_s=1.0, memory_bytes=1000)


def status(
    exit_code: int | None = None,
    signal: int | None = None,
    stopped: Status | None = None,
    said: bytes = b"",
    cpu_s: float = 0.5,
    peak_bytes: int = 500,
    stdout_cut: bool = False,
) -> Status:
    ended = Ended(exit_code, signal, cpu_s, peak_bytes)
    return status_of(Ending(ended, stopped, said, cpu_s, peak_bytes, stdout_cut), LIMITS)


def test_what_we_stopped_it_for_comes_first() -> None:
    assert status(signal=9, stopped=Status.OUTPUT_EXCEEDED, cpu_s=9.0) is Status.OUTPUT_EXCEEDED


def test_all_replies_given_is_ok_though_we_killed_it() -> None:
    assert status(signal=9, stopped=Status.OK, cpu_s=9.0) is Status.OK


def test_all_replies_given_with_too_much_memory_is_too_much_memory() -> None:
    assert status(signal=9, stopped=Status.OK, peak_bytes=1001) is Status.MEMORY_EXCEEDED


def test_death_at_a_limit_is_the_limit_s() -> None:
    assert status(signal=9, peak_bytes=1001) is Status.MEMORY_EXCEEDED
    assert status(signal=9, cpu_s=1.1) is Status.CPU_TIME_EXCEEDED
    assert status(signal=24) is Status.CPU_TIME_EXCEEDED
    assert status(signal=25) is Status.OUTPUT_EXCEEDED


def test_an_end_in_time_but_over_the_limit_is_over_it() -> None:
    assert status(exit_code=0, cpu_s=1.1) is Status.CPU_TIME_EXCEEDED
    assert status(exit_code=0, stdout_cut=True) is Status.OUTPUT_EXCEEDED


def test_a_death_that_nothing_explains_is_not_the_program_s() -> None:
    with pytest.raises(KilledFromOutside):
        status(signal=9)


def test_what_the_process_says_of_itself_only_harms_it() -> None:
    assert status(exit_code=0, said=OUT_OF_MEMORY + COMPILE_ERROR) is Status.OK
    assert status(exit_code=1, said=COMPILE_ERROR) is Status.COMPILE_ERROR
    assert status(exit_code=1, said=OUT_OF_MEMORY) is Status.MEMORY_EXCEEDED
    assert status(exit_code=1) is Status.NONZERO_EXIT
