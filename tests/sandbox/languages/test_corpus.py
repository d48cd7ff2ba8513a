"""Programs in each language, filed under how they must end; and attacks, which must get nowhere however they end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.base import Limits, Program, Status
from sandbox.run import Sandbox, Slot

CORPUS = Path(__file__).parents[2] / "corpus" / "languages"
ATTACKS = "attacks"
LIMITS = Limits(cpu_s=6.0, blocked_s=2.0, memory_bytes=128 * 2**20, scratch_bytes=16 * 2**20)
SOONER = {
    Status.CPU_TIME_EXCEEDED: replace(LIMITS, cpu_s=0.5),
    Status.WALL_TIME_EXCEEDED: replace(LIMITS, blocked_s=0.3),
}
STDIN = b"one line\nanother line\n" * 10
PROGRAMS = sorted(path.relative_to(CORPUS) for path in CORPUS.glob("*/*/*.*"))


@pytest.mark.parametrize("path", PROGRAMS, ids=str)
def test_a_program_ends_as_it_is_filed(sandbox: Sandbox, slot: Slot, path: Path) -> None:
    language, ending = path.parts[:2]
    if sandbox.languages()[language] is None:
        pytest.skip(f"{sandbox.package(language)} is not installed")
    outcome = slot.run(Program(language, (CORPUS / path).read_text()), SOONER.get(ending, LIMITS), STDIN)  # type: ignore[call-overload]  # a status is text
    assert b"BREACH" not in outcome.stdout
    if ending != ATTACKS:
        assert (outcome.status, outcome.stderr[-500:]) == (ending, outcome.stderr[-500:])
    assert not list(Path("/tmp").glob("BREACH*"))
