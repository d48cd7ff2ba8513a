"""A program may be given files and arguments; and a disk that is full is never its fault."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import plain
from sandbox.base import Limits, Program, SandboxError, Status
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot

MIB = 2**20


def test_files_lie_in_the_working_folder_and_arguments_on_the_command_line(slot: Slot) -> None:
    source = "import sys\nprint(sys.argv, [open(name).read() for name in sys.argv[1:]])"
    program = Program("python", source, files=(("a", b"1"), ("b", b"2")), arguments=("b", "a"))
    assert slot.run(program, Limits()).stdout == b"['solution.py', 'b', 'a'] ['2', '1']\n"


def test_files_are_gone_with_the_run(slot: Slot) -> None:
    slot.run(Program("python", "", files=(("a", b"1"),)), Limits())
    assert slot.run(Program("python", "import os\nprint(os.listdir())"), Limits()).stdout == b"[]\n"


def test_all_requests_together_are_held_to_a_total(slot: Slot) -> None:
    source = (
        "import time\ndef f(x):\n    start = time.process_time()\n    while time.process_time() - start < 0.2: pass"
    )

    requests = tuple(plain.encode({"entry": "f", "args": [n], "kwargs": {}}) for n in range(50))
    limits = Limits(cpu_s=1.0, total_cpu_s=0.7)
    outcome = slot.run(Program("python", source, answers_calls=True), limits, b"", requests)
    assert outcome.status is Status.CPU_TIME_EXCEEDED
    assert 1 <= len(outcome.replies) <= 4


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 80 MiB of its own."""
    command = ["mount", "-t", "tmpfs", "-o", "size=80m,mode=0711", "tmpfs", str(tmp_path)]
    if os.getuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a disk")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def test_a_full_disk_is_our_fault(small_disk: Path) -> None:
    sandbox = Sandbox(SandboxConfig(small_disk))
    slot = sandbox.open_slot()
    program = Program("python", "open('file', 'w').write('x' * 2**20)\nprint(1)")
    assert slot.run(program, Limits()).stdout == b"1\n"
    (small_disk / "hog").write_bytes(bytes(79 * MIB))
    with pytest.raises(SandboxError, match="is full"):
        slot.run(program, Limits())
    (small_disk / "hog").unlink()
    assert slot.run(program, Limits()).stdout == b"1\n"
    sandbox.close()


def test_what_a_program_itself_wrote_does_not_make_the_disk_full(small_disk: Path) -> None:
    sandbox = Sandbox(SandboxConfig(small_disk))
    source = "import os\nwith open('file', 'wb') as file:\n    while True: file.write(bytes(2**20))"
    assert sandbox.open_slot().run(Program("python", source), Limits()).status is Status.NONZERO_EXIT  # EFBIG
    sandbox.close()


def test_a_program_of_five_megabytes_runs(slot: Slot) -> None:
    source = f"text = '{'x' * 5 * MIB}'\nprint(len(text))"
    assert slot.run(Program("python", source), Limits()).stdout == f"{5 * MIB}\n".encode()


def test_a_hundred_megabytes_of_output_are_cut_at_the_limit(slot: Slot) -> None:
    source = "for _ in range(100): print('x' * 2**20)"
    outcome = slot.run(Program("python", source), Limits(output_bytes=MIB))
    assert (outcome.status, len(outcome.stdout), outcome.stdout_cut) == (Status.OUTPUT_EXCEEDED, MIB, True)


def test_output_that_is_no_utf8_comes_back_as_it_is(slot: Slot) -> None:
    source = "import sys\nsys.stdout.buffer.write(b'\\xff\\x00\\xc3(')"
    assert slot.run(Program("python", source), Limits()).stdout == b"\xff\x00\xc3("
