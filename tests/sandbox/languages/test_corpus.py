"""Programs in each language, filed under how they must end; and attacks, which must get nowhere however they end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.base import Limits, Program, Status
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot

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


WEAKER = {
    "the oldest Landlock, without namespaces": {"landlock_abi_max": 1, "left_out": ("namespaces",)},
    "a user of its own alone": {"landlock_abi_max": 0, "left_out": ("namespaces",), "python": "/usr/bin/python3"},
}
# Attacks to which files stand open where Landlock does not close them, those of the system to be executed among them.
NEEDS_LANDLOCK = ("files", "all", "doors", "workers", "runtime_doors", "replaces_itself")


@pytest.fixture(scope="module", params=WEAKER)
def weaker(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    root = Path(tempfile.mkdtemp(prefix="truegold-languages-"))
    root.chmod(0o711)
    sandbox = Sandbox(SandboxConfig(root, **WEAKER[request.param]))
    if request.param.startswith("a user") and "users" not in sandbox.layers:
        pytest.skip("only root can give each slot a user")
    yield sandbox
    sandbox.close()
    shutil.rmtree(root)


@pytest.mark.parametrize("path", [path for path in PROGRAMS if path.parts[1] == ATTACKS], ids=str)
def test_an_attack_gets_nowhere_under_fewer_layers(weaker: Sandbox, path: Path) -> None:
    if path.stem in NEEDS_LANDLOCK and "landlock" not in weaker.layers:
        pytest.skip("Landlock alone closes files")
    language = path.parts[0]
    if weaker.languages()[language] is None:
        pytest.skip(f"{weaker.package(language)} is not installed, or not for every user")
    slot = weaker.open_slot()
    outcome = slot.run(Program(language, (CORPUS / path).read_text()), LIMITS, STDIN)
    slot.close()
    assert b"BREACH" not in outcome.stdout
