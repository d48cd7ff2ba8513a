"""`doctor`: what this machine gives the sandbox, whether CPU time is steady here, and what to change."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from enum import StrEnum

from rich.table import Table

from app.commands.exits import Exit
from app.commands.options import AsJson, console, in_plain_words, print_json
from app.settings import Settings, read_settings
from sandbox.base import Limits, Outcome, Program, SandboxError, Status
from sandbox.isolation.layers import LANDLOCK, NAMESPACES, SECCOMP, USERS
from sandbox.run import Sandbox, SandboxConfig
from verifiers.engine.cores import core_budget

MIB = 2**20
RUNS = 7
BURN = Program("python", "total = 0\nfor number in range(2_000_000): total += number * number\nprint(total)")
STEADY = 1.10  # the slowest of equal runs, to the fastest
SHARED = 1.25  # a run beside as many as there are cores, to one alone
ADVICE = {
    SECCOMP: "install libseccomp2, and allow the seccomp call",
    LANDLOCK: "use a kernel of 5.13 or later (better 6.12) with landlock among its security modules",
    USERS: "not needed beside Landlock; else run as root, or with SETUID, SETGID, CHOWN and KILL",
    NAMESPACES: "optional: docker compose -f docker-compose.yml -f docker-compose.namespaces.yml up",
}


class State(StrEnum):
    """How good a finding is."""

    FINE = "fine"
    BETTER = "could be better"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, what was found, and what to change, if anything."""

    what: str
    state: State
    found: str
    advice: str = ""


@in_plain_words
def doctor_command(as_json: AsJson = False) -> Exit:
    """Say which isolation layers and languages this machine gives, whether timing is steady, and what to change.

    Reads the same settings as the service. Exit status 1 where programs could not be judged.
    """
    findings = list(examine(read_settings()))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        console().print(_table(findings))
    return Exit.FOUND if any(finding.state is State.BROKEN for finding in findings) else Exit.DONE


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything; takes a few seconds of all cores."""
    cores = settings.cores or core_budget()
    yield Finding("cores", State.FINE, f"{cores}: so many programs and comparisons run at once")
    try:
        sandbox = Sandbox(SandboxConfig(settings.scratch_dir, settings.sandbox_require, settings.sandbox_allow_weak))
    except SandboxError as error:
        yield Finding("sandbox", State.BROKEN, str(error), "install what is missing, or require less")
        return
    try:
        yield from _layers(sandbox)
        if sandbox.missing is None:
            yield _probed(sandbox)
            yield from _timing(sandbox, cores)
        yield _scratch(settings, cores)
        yield from _languages(sandbox)
    finally:
        sandbox.close()


def _layers(sandbox: Sandbox) -> Iterator[Finding]:
    for name in sandbox.layers:
        yield Finding(f"layer {name}", State.FINE, "in force")
    for name, why in sandbox.lacking.items():
        is_needed = sandbox.missing is not None and name in sandbox.missing
        yield Finding(f"layer {name}", State.BROKEN if is_needed else State.BETTER, why, ADVICE.get(name, ""))


def _probed(sandbox: Sandbox) -> Finding:
    try:
        sandbox.probe()
    except SandboxError as error:
        return Finding("probe", State.BROKEN, str(error), "do not serve `code` here before this is mended")
    return Finding("probe", State.FINE, "a program that tried to get out did not")


def _timing(sandbox: Sandbox, cores: int) -> Iterator[Finding]:
    """The same work, several times alone, and then on all cores at once."""
    alone = _cpu_times(sandbox, 1)
    spread = max(alone) / min(alone)
    found = f"the slowest of {RUNS} equal runs takes {spread:.2f} times the CPU time of the fastest"
    noisy = "a neighbour takes caches or clock: pin the service to cores of its own, or leave limits a margin"
    yield Finding("timing, alone", *(_good(found) if spread <= STEADY else (State.BETTER, found, noisy)))
    factor = statistics.median(_cpu_times(sandbox, cores)) / statistics.median(alone)
    found = f"beside {cores - 1} others a run takes {factor:.2f} times the CPU time that it takes alone"
    shared = f"cores share an arithmetic unit (hyper-threads) or a clock: make time limits {factor:.1f} times as long"
    yield Finding("timing, all cores", *(_good(found) if factor <= SHARED else (State.BETTER, found, shared)))


def _good(found: str) -> tuple[State, str, str]:
    return State.FINE, found, ""


def _cpu_times(sandbox: Sandbox, lanes: int) -> list[float]:
    slots = [sandbox.open_slot() for _ in range(lanes)]
    for slot in slots:
        slot.run(BURN, Limits())  # the first of a kind is slower
    with ThreadPoolExecutor(lanes) as threads:
        outcomes: list[list[Outcome]] = list(
            threads.map(lambda slot: [slot.run(BURN, Limits()) for _ in range(RUNS)], slots)
        )
    for slot in slots:
        slot.close()
    return [outcome.cpu_s for each in outcomes for outcome in each if outcome.status is Status.OK]


def _scratch(settings: Settings, cores: int) -> Finding:
    disk = os.statvfs(settings.scratch_dir)
    free, wanted = disk.f_bavail * disk.f_frsize, cores * Limits().scratch_bytes
    found = f"{free // MIB:,} MiB free in {settings.scratch_dir}; {cores} programs may write {wanted // MIB} MiB"
    if free >= wanted:
        return Finding("scratch folder", State.FINE, found)
    return Finding("scratch folder", State.BETTER, found, "give it more room: a full disk makes every result null")


def _languages(sandbox: Sandbox) -> Iterator[Finding]:
    for name, version in sandbox.languages().items():
        if version is not None:
            yield Finding(f"language {name}", State.FINE, version)
        else:
            advice = f"install {sandbox.package(name)}, if completions are written in it"
            yield Finding(f"language {name}", State.BETTER, "no toolchain", advice)


def _table(findings: list[Finding]) -> Table:
    table = Table("what", "state", "found", "what to change", title="truegold doctor")
    for finding in findings:
        table.add_row(finding.what, str(finding.state), finding.found, finding.advice)
    return table
