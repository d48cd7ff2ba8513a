"""What a killed service left is removed by the next one; what a living one uses is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from sandbox.base import Limits, Program
from sandbox.run import Sandbox, SandboxConfig

ROOT = Path(__file__).parents[2]
DIES = """
import sys, os, signal
from pathlib import Path
from sandbox.base import Limits, Program
from sandbox.run import Sandbox, SandboxConfig
slot = Sandbox(SandboxConfig(Path(sys.argv[1]))).open_slot()
slot.run(Program("python", "print(1)"), Limits())
(slot._scratch / "deep").mkdir()
(slot._scratch / "deep" / "left").write_text("x")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_folders_of_a_killed_service_are_gone_at_the_next_start(scratch_root: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", DIES, str(scratch_root)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(list(scratch_root.glob("slot-*"))) == 1
    Sandbox(SandboxConfig(scratch_root)).close()
    assert not list(scratch_root.iterdir())


def test_the_folders_of_a_living_service_stay(scratch_root: Path) -> None:
    living = Sandbox(SandboxConfig(scratch_root))
    slot = living.open_slot()
    Sandbox(SandboxConfig(scratch_root)).close()
    assert slot.run(Program("python", "print(open('x', 'w').write('1'))"), Limits()).stdout == b"1\n"
    living.close()
    assert not list(scratch_root.iterdir())


def test_what_is_nobodys_folder_is_left_alone(scratch_root: Path) -> None:
    (scratch_root / "slot-file").touch()
    (scratch_root / "slot-link").symlink_to("/usr")
    (scratch_root / "other").mkdir()
    foreign = scratch_root / "slot-foreign"
    foreign.mkdir()
    if os.getuid() == 0:
        os.chown(foreign, 12345, 12345)
    else:
        foreign.rmdir()
    before = set(scratch_root.iterdir())
    Sandbox(SandboxConfig(scratch_root)).close()
    assert set(scratch_root.iterdir()) == before
