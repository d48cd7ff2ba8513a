"""Runs the corpus of programs in other languages where it stands, in the image, and says which ended otherwise than filed.

Run as a script: `programs.py SCRATCH_ROOT`, one finding a line. A language that is missing is a finding.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from sandbox.base import Limits, Program, Status  # noqa: E402  # as a script it finds the service only now
from sandbox.run import Sandbox, SandboxConfig  # noqa: E402
from sandbox.slot import Slot  # noqa: E402

CORPUS = ROOT / "tests" / "corpus" / "languages"
ATTACKS = "attacks"  # must get nowhere, however they end
LIMITS = Limits(cpu_s=6.0, blocked_s=2.0, memory_bytes=128 * 2**20, scratch_bytes=16 * 2**20)
SOONER = {
    Status.CPU_TIME_EXCEEDED.value: replace(LIMITS, cpu_s=0.5),
    Status.WALL_TIME_EXCEEDED.value: replace(LIMITS, blocked_s=0.3),
}
STDIN = b"one line\nanother line\n" * 10


def finding(slot: Slot, path: Path) -> str:
    """How a program ended otherwise than it is filed; empty when it did not."""
    language, ending = path.relative_to(CORPUS).parts[:2]
    outcome = slot.run(Program(language, path.read_text()), SOONER.get(ending, LIMITS), STDIN)
    if b"BREACH" in outcome.stdout:
        return outcome.stdout.decode(errors="replace")[:300]
    if ending not in (ATTACKS, outcome.status):
        return f"ended with {outcome.status}: {outcome.stderr.decode(errors='replace')[-300:]}"
    return ", ".join(f"written: {left}" for left in Path("/tmp").glob("BREACH*"))


def main(scratch_root: Path) -> None:
    sandbox = Sandbox(SandboxConfig(scratch_root, require=("landlock", "seccomp")))
    slot = sandbox.open_slot()
    for language, version in sandbox.languages().items():
        if version is None:
            print(f"{language} is missing")
    for path in sorted(CORPUS.glob("*/*/*.*")):
        if found := finding(slot, path):
            print(f"{path.relative_to(CORPUS)}: {found}")
    sandbox.close()
    print("all tried")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
