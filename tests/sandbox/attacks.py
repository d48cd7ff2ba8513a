"""Runs the corpus of attacks under one configuration, and says which of them got anywhere.

Run as a script it does so as whoever starts it: `attacks.py SCRATCH_ROOT LANDLOCK_ABI_MAX`, one finding a line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from sandbox.base import Limits, Program  # noqa: E402  # as a script it finds the checkout only now
from sandbox.run import Sandbox, SandboxConfig  # noqa: E402
from sandbox.slot import Slot  # noqa: E402

PUBLIC = ("/tmp", "/var/tmp", "/dev/shm", "/")
CORPUS = ROOT / "tests" / "corpus" / "attacks"
LIMITS = Limits(cpu_s=0.4, blocked_s=0.3, memory_bytes=96 * 2**20, scratch_bytes=16 * 2**20)
VICTIM = "victim"  # a file beside the scratch folders that no program may touch
NEIGHBOUR = "x = 'NEIGHBOUR-' + 'SECRET-OF-A-NEIGHBOUR'"
STDIN = b"some input\n" * 50_000


def finding(slot: Slot, attack: Path, scratch_root: Path) -> str:
    """What the attack achieved, or how it ended otherwise than its header says; empty when it got nowhere."""
    header = header_of(attack)
    for stale in written():
        stale.unlink()  # a layer that was taken away let it through once
    slot.run(Program("python", NEIGHBOUR), LIMITS)
    outcome = slot.run(Program("python", attack.read_text()), LIMITS, STDIN)
    if b"BREACH" in outcome.stdout:
        return outcome.stdout.decode(errors="replace")[:300]
    if outcome.status not in header["ends"].split(", "):
        return f"ended with {outcome.status}: {outcome.stderr.decode(errors='replace')[-300:]}"
    return "\n".join(traces(scratch_root))


def traces(scratch_root: Path) -> Iterator[str]:
    """What a program left behind though its run is over."""
    if (scratch_root / VICTIM).read_text() != VICTIM:
        yield "the file beside the scratch folder was changed"
    for folder in scratch_root.glob("slot-*"):
        yield from (f"left in the scratch folder: {path.name}" for path in folder.iterdir())
    yield from (f"written: {path}" for path in written())


def written() -> list[Path]:
    return [path for public in PUBLIC for path in Path(public).glob("BREACH*")]


def header_of(attack: Path) -> dict[str, str]:
    lines = (line for line in attack.read_text().splitlines() if line.startswith("# "))
    return {"needs": "", **dict(line[2:].split(": ", 1) for line in lines if ": " in line)}


def main(scratch_root: Path, landlock_abi_max: int) -> None:
    (scratch_root / VICTIM).write_text(VICTIM)
    sandbox = Sandbox(SandboxConfig(scratch_root, landlock_abi_max=landlock_abi_max, require=("landlock", "seccomp")))
    slot = sandbox.open_slot()
    for attack in sorted(CORPUS.glob("*.py")):
        if (needed := header_of(attack)["needs"]) and needed not in sandbox.layers:
            continue
        if found := finding(slot, attack, scratch_root):
            print(f"{attack.stem}: {found}")
    sandbox.close()
    print("all tried")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
