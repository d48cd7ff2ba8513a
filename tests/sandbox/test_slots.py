"""Slots: what they own dies with them, nothing outlives a run, and a lost interpreter is replaced."""

from __future__ import annotations

import dataclasses
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sandbox import scratch
from sandbox.base import Limits, Outcome, Program, SandboxError, Status
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot

HELLO = Program("python", "print('hello')")
SPIN = Program("python", "while True: pass")


def children_of(pid: int) -> set[int]:
    """Every descendant, as the kernel lists them."""
    found: set[int] = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == pid:
            found |= {int(process.name)} | children_of(int(process.name))
    return found


def youngest_of(pid: int) -> set[int]:
    """The descendants without children of their own. A program's own word for its number may be its namespace's."""
    return {child for child in children_of(pid) if not children_of(child)}


def test_a_dead_interpreter_is_replaced(sandbox: Sandbox) -> None:
    slot = sandbox.open_slot()
    slot.run(HELLO, Limits())
    os.kill(slot.interpreters.zygotes["simple"].server.pid, signal.SIGKILL)
    assert slot.run(HELLO, Limits()).stdout == b"hello\n"
    slot.close()


def test_an_interpreter_that_dies_during_a_run_is_replaced_and_the_run_tried_again(sandbox: Sandbox) -> None:
    slot = sandbox.open_slot()
    slot.run(HELLO, Limits())
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(slot.run(SPIN, Limits(cpu_s=0.3))))
    thread.start()
    zygote = slot.interpreters.zygotes["simple"].server.pid
    while not children_of(zygote):
        pass
    os.kill(zygote, signal.SIGKILL)
    thread.join()
    assert outcomes[0].status is Status.CPU_TIME_EXCEEDED
    slot.close()


def killing(slot: Slot, times: int) -> threading.Thread:
    """Kill the slot's program as the kernel would when memory runs out; each time once it has begun."""

    def kill() -> None:
        for _ in range(times):
            while not (began := list(slot._scratch.glob("began-*"))):
                pass
            for program in youngest_of(slot.interpreters.zygotes["simple"].server.pid):
                os.kill(program, signal.SIGKILL)
            while began[0].exists():
                pass

    thread = threading.Thread(target=kill)
    thread.start()
    return thread


# Not its number: in a namespace of its own that is the same each time.
BEGIN = Program("python", "import os\nopen(f'began-{os.urandom(8).hex()}', 'w').close()\nwhile True: pass")


def test_a_program_killed_from_outside_is_tried_again(sandbox: Sandbox) -> None:
    slot = sandbox.open_slot()
    thread = killing(slot, times=1)
    assert slot.run(BEGIN, Limits(cpu_s=0.3)).status is Status.CPU_TIME_EXCEEDED
    thread.join()
    slot.close()


def test_a_program_killed_from_outside_again_is_our_failure(sandbox: Sandbox) -> None:
    slot = sandbox.open_slot()
    thread = killing(slot, times=2)
    with pytest.raises(SandboxError, match="killed from outside"):
        slot.run(BEGIN, Limits(cpu_s=5.0))
    thread.join()
    slot.close()


def test_no_process_is_left_when_a_run_is_over(slot: Slot) -> None:
    slot.run(Program("python", "import os\nos.fork()"), Limits())
    slot.run(SPIN, Limits(cpu_s=0.1))
    assert children_of(slot.interpreters.zygotes["simple"].server.pid) == set()


def test_a_closed_slot_leaves_neither_process_nor_folder(scratch_root: Path) -> None:
    sandbox = Sandbox(SandboxConfig(scratch_root))
    slot = sandbox.open_slot()
    slot.run(HELLO, Limits())
    zygote = slot.interpreters.zygotes["simple"].server.pid
    sandbox.close()
    assert not Path(f"/proc/{zygote}").exists()
    assert list(scratch_root.iterdir()) == []


def test_no_descriptor_is_left_when_a_run_is_over(slot: Slot) -> None:
    slot.run(HELLO, Limits())
    before = os.listdir("/proc/self/fd")
    for program in (HELLO, SPIN, Program("python", "def f(x): return x", answers_calls=True)):
        slot.run(program, Limits(cpu_s=0.1), b"input", ())
    assert os.listdir("/proc/self/fd") == before


def test_slots_run_side_by_side(sandbox: Sandbox) -> None:
    slots = [sandbox.open_slot() for _ in range(3)]
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda slot=slot: outcomes.append(slot.run(HELLO, Limits()))) for slot in slots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [outcome.stdout for outcome in outcomes] == [b"hello\n"] * 3
    for slot in slots:
        slot.close()


def test_neighbours_cannot_see_each_other(sandbox: Sandbox) -> None:
    looked_at, looking = sandbox.open_slot(), sandbox.open_slot()
    thread = threading.Thread(target=lambda: looked_at.run(SPIN, Limits(cpu_s=1.0)))
    looked_at.run(HELLO, Limits())
    thread.start()
    zygote = looked_at.interpreters.zygotes["simple"].server.pid
    while not (victims := children_of(zygote)):
        pass
    attack = f"""
import os, resource, signal
pid = {victims.pop()}
for act in (lambda: os.kill(pid, 9), lambda: os.kill(pid, 0), lambda: open(f'/proc/{{pid}}/mem'), lambda: os.listdir(f'/proc/{{pid}}/fd'),
            lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (0, 0)), lambda: os.setpriority(os.PRIO_PROCESS, pid, 19),
            lambda: os.listdir({str(looked_at._scratch)!r}), lambda: open({str(looked_at._scratch / "x")!r}, 'w')):
    try:
        act()
        print('BREACH')
    except OSError:
        pass
print('tried')
"""
    assert looking.run(Program("python", attack), Limits()).stdout == b"tried\n"
    thread.join()
    looked_at.close()
    looking.close()


def test_the_warm_interpreter_itself_is_closed_to_its_peers(slot: Slot) -> None:
    slot.run(HELLO, Limits())
    status = Path(f"/proc/{slot.interpreters.zygotes['simple'].server.pid}/environ").stat()
    assert status.st_uid == 0  # what is not dumpable belongs to root
    assert (Path(f"/proc/{slot.interpreters.zygotes['simple'].server.pid}") / "oom_score_adj").read_text() == "1000\n"


def test_a_folder_that_cannot_be_emptied_is_left_for_another(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    slot = sandbox.open_slot()
    slot.run(HELLO, Limits())
    first = slot._scratch

    def fail(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(scratch, "empty", fail)
        assert slot.run(HELLO, Limits()).stdout == b"hello\n"
    assert slot._scratch != first
    assert "could not be emptied" in caplog.text
    assert slot.run(HELLO, Limits()).stdout == b"hello\n"
    slot.close()


def test_an_interpreter_that_cannot_start_is_our_failure(sandbox: Sandbox, tmp_path: Path) -> None:
    slot = sandbox.open_slot()
    slot.interpreters._python = dataclasses.replace(slot._python, python="/bin/false")
    with pytest.raises(SandboxError, match="could not be run: the fork server"):
        slot.run(HELLO, Limits())
    slot.close()


def test_nothing_is_left_of_a_service_that_is_killed(scratch_root: Path) -> None:
    source = f"""
from pathlib import Path
from sandbox.base import Limits, Program
from sandbox.run import Sandbox, SandboxConfig
slot = Sandbox(SandboxConfig(Path({str(scratch_root)!r}))).open_slot()
slot.run(Program("python", {BEGIN.source!r}), Limits(cpu_s=100.0))
"""
    service = subprocess.Popen([sys.executable, "-c", source], cwd=Path(__file__).parents[2])
    while not list(scratch_root.glob("slot-*/began-*")):
        assert service.poll() is None, "it ended before its program began"
    left = [os.pidfd_open(pid) for pid in children_of(service.pid)]
    assert len(left) > 1
    service.kill()
    service.wait()
    for descriptor in left:
        assert select.select([descriptor], [], [], 10.0)[0], "it lives on"
        os.close(descriptor)
