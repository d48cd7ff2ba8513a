"""Every attack of the corpus gets nowhere: as configured, under the oldest Landlock, as a user of its own, as nobody."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.base import Limits, Program, Status
from sandbox.isolation.layers import NAMESPACES, USERS
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot
from tests.sandbox import attacks

SYSTEM_PYTHON = "/usr/bin/python3"  # readable for every user, wherever the tests' own interpreter lives
HONEST = Program("python", "print(sum(map(int, input().split())))")
GREEDY = (
    "fork_bomb",
    "thread_bomb",
    "memory_bomb",
    "shared_mapping",
    "flood",
    "fill_scratch",
    "many_files",
    "kill_all",
)
NAMES = sorted(path.stem for path in attacks.CORPUS.glob("*.py"))
ATTACKED: dict[str, dict[str, object]] = {
    "as configured": {},
    "the oldest Landlock, no namespaces": {"landlock_abi_max": 1, "left_out": (NAMESPACES,)},
    "a user of its own, without Landlock": {"python": SYSTEM_PYTHON, "landlock_abi_max": 0},
}


@pytest.fixture(scope="module")
def open_root() -> Iterator[Path]:
    """A scratch root that other users can reach, which pytest's own folders are not."""
    root = Path(tempfile.mkdtemp(prefix="truegold-attacks-"))
    root.chmod(0o711)
    (root / attacks.VICTIM).write_text(attacks.VICTIM)
    yield root
    shutil.rmtree(root)


@pytest.fixture(scope="module", params=ATTACKED)
def attacked(request: pytest.FixtureRequest, open_root: Path) -> Iterator[tuple[Sandbox, Slot]]:
    sandbox = Sandbox(SandboxConfig(open_root, **ATTACKED[request.param]))
    if request.param.startswith("a user") and USERS not in sandbox.layers:
        pytest.skip("only root can give each slot a user")
    yield sandbox, sandbox.open_slot()
    sandbox.close()


@pytest.mark.parametrize("name", NAMES)
def test_an_attack_gets_nowhere(attacked: tuple[Sandbox, Slot], open_root: Path, name: str) -> None:
    sandbox, slot = attacked
    attack = attacks.CORPUS / f"{name}.py"
    if (needed := attacks.header_of(attack)["needs"]) and needed not in sandbox.layers:
        pytest.skip(f"only {needed} keeps this from it")
    assert not attacks.finding(slot, attack, open_root)


def test_honest_programs_beside_attacks_keep_their_verdicts(attacked: tuple[Sandbox, Slot], open_root: Path) -> None:
    sandbox, slot = attacked
    honest = sandbox.open_slot()
    over = threading.Event()

    def attack() -> None:
        for name in GREEDY:
            attacks.finding(slot, attacks.CORPUS / f"{name}.py", open_root)
        over.set()

    thread = threading.Thread(target=attack)
    thread.start()
    outcomes = []
    while not over.is_set():
        outcomes.append(honest.run(HONEST, Limits(cpu_s=2.0), b"1 2\n"))
    thread.join()
    honest.close()
    assert {(outcome.status, outcome.stdout) for outcome in outcomes} == {(Status.OK, b"3\n")}


def test_no_segment_process_or_descriptor_is_left_by_any_attack(
    attacked: tuple[Sandbox, Slot], open_root: Path
) -> None:
    sandbox, _ = attacked
    slot = sandbox.open_slot()
    attacks.finding(slot, attacks.CORPUS / "quiet_exit.py", open_root)
    before = _held(slot)
    for attack in sorted(attacks.CORPUS.glob("*.py")):
        if attacks.header_of(attack)["needs"] in ("", *sandbox.layers):
            attacks.finding(slot, attack, open_root)
    assert _held(slot) == before
    slot.close()


def _held(slot: Slot) -> dict[str, object]:
    """What a program could leave: shared memory, processes, descriptors of the service and of the interpreter."""
    zygote = slot.interpreters.zygotes["simple"].server.pid
    return {
        "segments": [Path(f"/proc/sysvipc/{kind}").read_text() for kind in ("shm", "sem", "msg")],
        "shared": sorted(os.listdir("/dev/shm")),
        "children": Path(f"/proc/{zygote}/task/{zygote}/children").read_text(),
        # The least of many looks: it closes the last run's a moment after it has told of its end.
        "its descriptors": min(len(os.listdir(f"/proc/{zygote}/fd")) for _ in range(1000)),
    }


def test_no_attack_gets_anywhere_as_a_user_without_any_capability(open_root: Path) -> None:
    if os.getuid() != 0 or not shutil.which("setpriv"):
        pytest.skip("only root can become another user; as another user the tests above say the same")
    root = open_root / "nobody"
    root.mkdir(mode=0o700)
    os.chown(root, 1000, 1000)
    as_nobody = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--inh-caps=-all", "--bounding-set=-all"]
    command = [*as_nobody, "--no-new-privs", SYSTEM_PYTHON, attacks.__file__, str(root), "1"]
    environment = {"PYTHONPATH": sysconfig.get_path("purelib"), "PATH": os.defpath}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("all tried\n", "")


def test_the_corpus_is_found() -> None:
    assert len(NAMES) >= 50
