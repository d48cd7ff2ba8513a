"""Each limit means what it says, and the time that counts is the program's own."""

from __future__ import annotations

import subprocess
import threading
import time

import pytest

from sandbox import watch
from sandbox.base import Limits, Program, Status
from sandbox.meter import BlockedTime, Meter
from sandbox.run import Sandbox
from tests.sandbox.conftest import RunPython

MIB = 2**20


def test_cpu_time_is_limited(run: RunPython) -> None:
    outcome = run("while True: pass", cpu_s=0.2)
    assert outcome.status is Status.CPU_TIME_EXCEEDED
    assert 0.2 <= outcome.cpu_s < 0.3


def test_cpu_time_of_all_threads_together_is_limited(run: RunPython) -> None:
    hashing = "import hashlib, threading\nwork = lambda: hashlib.sha256(b'x' * 2**30).digest()\n"
    outcome = run(
        hashing + "for _ in range(4): threading.Thread(target=work).start()", cpu_s=0.2, memory_bytes=8 * 2**30
    )
    assert outcome.status is Status.CPU_TIME_EXCEEDED


def test_waiting_is_limited(run: RunPython) -> None:
    outcome = run("import time\ntime.sleep(60)", blocked_s=0.2)
    assert outcome.status is Status.WALL_TIME_EXCEEDED
    assert outcome.cpu_s < 0.1
    assert b"waited" in outcome.stderr


def test_waiting_little_by_little_is_limited_too(run: RunPython) -> None:
    assert run("import time\nwhile True: time.sleep(0.001)", blocked_s=0.2).status is Status.WALL_TIME_EXCEEDED


def test_a_little_waiting_is_allowed(run: RunPython) -> None:
    assert run("import time\ntime.sleep(0.1)", blocked_s=1.0).status is Status.OK


def test_waiting_for_us_to_read_is_not_the_program_s_waiting(run: RunPython) -> None:
    noise = "import os\nfor _ in range(512): os.write(1, b'x' * 65536)"
    assert run(noise, blocked_s=0.01, output_bytes=64 * MIB).status is Status.OK


def test_noise_does_not_buy_sleep_for_ever(run: RunPython, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MAX_EXCUSED", 3)
    noise = "import os, time\nwhile True:\n    os.write(2, b'x' * 65536)\n    time.sleep(0.01)"
    assert run(noise, blocked_s=0.1).status is Status.WALL_TIME_EXCEEDED


def test_a_machine_that_stood_still_is_not_the_program_s_waiting() -> None:
    with subprocess.Popen(["sleep", "60"]) as sleeper:
        blocked = BlockedTime(Meter(sleeper.pid), most_s=0.1)
        blocked.restart()
        blocked._wall_s -= 30.0
        assert blocked.look() <= 0.1
        sleeper.kill()


def test_waiting_for_a_core_is_not_the_program_s_waiting(sandbox: Sandbox) -> None:
    source = "import time\nend = time.process_time() + 0.15\nwhile time.process_time() < end: pass"
    slots = [sandbox.open_slot() for _ in range(6)]
    statuses: list[Status] = []

    def work(index: int) -> None:
        limits = Limits(cpu_s=0.4, blocked_s=0.1)
        statuses.append(slots[index].run(Program("python", source), limits).status)

    threads = [threading.Thread(target=work, args=(index,)) for index in range(len(slots))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for slot in slots:
        slot.close()
    assert statuses == [Status.OK] * len(slots)


def test_wall_time_is_limited(run: RunPython) -> None:
    started = time.monotonic()
    assert run("while True: pass", wall_s=0.2).status is Status.WALL_TIME_EXCEEDED
    assert time.monotonic() - started < 2.0


def test_memory_is_limited(run: RunPython) -> None:
    outcome = run("kept = [bytearray(2**20) for _ in range(400)]", memory_bytes=100 * MIB)
    assert outcome.status is Status.MEMORY_EXCEEDED


def test_a_memory_error_that_ends_the_program_is_the_limit_s(run: RunPython) -> None:
    outcome = run("bytearray(2**36)")
    assert outcome.status is Status.MEMORY_EXCEEDED
    assert outcome.stderr.endswith(b"MemoryError\n")


def test_a_memory_error_that_the_program_survives_is_its_own_affair(run: RunPython) -> None:
    assert run("try: bytearray(2**36)\nexcept MemoryError: print('caught')").stdout == b"caught\n"


def test_memory_that_is_reserved_but_never_touched_does_not_count(run: RunPython) -> None:
    source = "import threading\nthreading.stack_size(2**28)\nt = threading.Thread(target=print, args=('ran',))\nt.start()\nt.join()"
    assert run(source, memory_bytes=64 * MIB).stdout == b"ran\n"


def test_shared_memory_counts(run: RunPython) -> None:
    source = "import mmap\nm = mmap.mmap(-1, 2**28)\nfor i in range(0, 2**28, 4096): m[i] = 1"
    assert run(source, memory_bytes=64 * MIB).status is Status.MEMORY_EXCEEDED


def test_the_peak_is_the_program_s_own(run: RunPython) -> None:
    assert run("pass").peak_bytes < 16 * MIB
    assert 48 * MIB < run("x = b'x' * (64 * 2**20)").peak_bytes < 90 * MIB


def test_output_is_limited(run: RunPython) -> None:
    outcome = run("while True: print('x' * 1000)", output_bytes=10_000)
    assert outcome.status is Status.OUTPUT_EXCEEDED
    assert (len(outcome.stdout), outcome.stdout_cut) == (10_000, True)


def test_output_of_exactly_the_limit_is_fine(run: RunPython) -> None:
    outcome = run("print('x' * 9_999)", output_bytes=10_000)
    assert (outcome.status, len(outcome.stdout), outcome.stdout_cut) == (Status.OK, 10_000, False)


def test_ten_megabytes_within_the_limit_come_whole(run: RunPython) -> None:
    outcome = run("print('x' * 10_000_000, end='')", output_bytes=10_000_000)
    assert (outcome.status, len(outcome.stdout)) == (Status.OK, 10_000_000)


def test_errors_are_cut_and_harm_nobody(run: RunPython) -> None:
    outcome = run("import sys\nsys.stderr.write('x' * 1_000_000)\nprint('done')", stderr_bytes=1000)
    assert (outcome.status, outcome.stdout) == (Status.OK, b"done\n")
    assert (len(outcome.stderr), outcome.stderr_cut) == (1000, True)


def test_a_large_file_is_refused(run: RunPython) -> None:
    outcome = run("with open('big', 'wb') as f:\n    f.write(b'x' * 2**21)", scratch_bytes=MIB)
    assert outcome.status is Status.NONZERO_EXIT
    assert b"File too large" in outcome.stderr


def test_many_files_together_are_held_to_the_scratch_limit(run: RunPython) -> None:
    source = "for i in range(100):\n    with open(str(i), 'wb') as f: f.write(b'x' * 2**19)\nwhile True: pass"
    outcome = run(source, scratch_bytes=MIB)
    assert outcome.status is Status.OUTPUT_EXCEEDED
    assert b"scratch" in outcome.stderr


def test_nameless_files_are_held_to_the_scratch_limit(run: RunPython) -> None:
    source = "import tempfile\nkept = [tempfile.TemporaryFile() for _ in range(8)]\nfor f in kept:\n    f.write(b'x' * 2**19)\n    f.flush()\nwhile True: pass"
    assert run(source, scratch_bytes=MIB).status is Status.OUTPUT_EXCEEDED


def test_open_files_are_limited(run: RunPython) -> None:
    assert b"Too many open files" in run("kept = [open('x', 'w') for _ in range(100)]", open_files=32).stderr


def test_threads_are_limited(run: RunPython) -> None:
    source = "import threading\ne = threading.Event()\nfor _ in range(50): threading.Thread(target=e.wait).start()\nwhile True: pass"
    outcome = run(source, threads=20)
    assert outcome.status is Status.SIGNALLED
    assert b"more than 20 threads" in outcome.stderr


def test_a_program_that_ends_just_over_its_cpu_limit_is_over_it(run: RunPython) -> None:
    source = "import time\nend = time.process_time() + 0.12\nwhile time.process_time() < end: pass"
    assert run(source, cpu_s=0.1).status is Status.CPU_TIME_EXCEEDED
