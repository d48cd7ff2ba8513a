"""`python -m bench.mutants_sandbox`: take away one layer at a time, and see that an attack gets somewhere.

A layer whose absence no attack notices is a layer that nobody would miss, or a corpus with a hole: exit status 1. Each
mutant runs in a fork of its own; one that hangs is noticed, too, for no attack may hang the service.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.mutants import in_a_fork
from sandbox.isolation.layers import LANDLOCK, NAMESPACES, SECCOMP, USERS
from sandbox.run import Sandbox, SandboxConfig
from tests.sandbox import attacks

Change = Callable[[Any], Any]


def nothing(_: object) -> Callable[..., None]:
    return lambda *_args, **_named: None


def no_ceilings(_: object) -> Callable[..., list[object]]:
    return lambda *_args, **_named: []


def open_environment(clean: dict[str, str]) -> dict[str, str]:
    return {**clean, "SECRET": "of the service's"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One layer taken away: left out by configuration, or by changing a function, `module:name`, of the service's.

    `attacks` are those that are for this layer; the first that gets anywhere is told.
    """

    what: str
    attacks: tuple[str, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)  # the configuration that has the layer
    where: str = ""
    change: Change = nothing

    def apply(self) -> None:
        if not self.where:
            return
        module, _, path = self.where.partition(":")
        *owners, name = path.split(".")
        owner: Any = importlib.import_module(module)
        for step in owners:
            owner = getattr(owner, step)
        setattr(owner, name, self.change(getattr(owner, name)))


def _without(*layers: str) -> dict[str, Any]:
    """Without these; and without users, so that one layer alone is between the attack and the machine."""
    return {"left_out": (*layers, USERS), "allow_weak": True}


def _kept_whole(_: object) -> Callable[..., bool]:
    """Capture.read, without a ceiling."""

    def read(self: Any) -> bool:
        try:
            piece = os.read(self.descriptor, 65_536)
        except BlockingIOError:
            return False
        self._kept += piece
        return bool(piece)

    return read


SYSTEM_PYTHON = "/usr/bin/python3"  # readable for every user
FILES = ("write_outside", "read_processes", "read_files", "shared_memory")
CALLS = ("fork_bomb", "sockets", "kill_all", "double_fork", "old_landlock", "exec_by_descriptor", "kernel_doors")
SIZES = ("fill_scratch", "many_files", "nameless_files", "thread_bomb", "many_folders")
MUTANTS = (
    Mutant("landlock is off", FILES, _without(LANDLOCK, NAMESPACES)),
    Mutant("seccomp is off", CALLS, _without(SECCOMP, NAMESPACES)),
    Mutant("namespaces are off", ("process_numbers",), _without(NAMESPACES)),
    Mutant(
        "no users of their own",
        ("private_files",),
        {**_without(LANDLOCK, NAMESPACES), "python": SYSTEM_PYTHON},
        {"left_out": (LANDLOCK, NAMESPACES), "python": SYSTEM_PYTHON},
    ),
    Mutant(
        "no resource limits",
        ("exec_by_descriptor", "own_memory"),
        where="sandbox.slot:rlimits.ceilings",
        change=no_ceilings,
    ),
    Mutant("the environment is inherited", ("environment",), where="sandbox.warm:ENVIRONMENT", change=open_environment),
    Mutant("output has no ceiling", ("flood",), where="sandbox.watch:Capture.read", change=_kept_whole),
    Mutant(
        "times are not looked at",
        ("sleeping", "waiting_for_itself", "stopped"),
        where="sandbox.watch:Watch._look_at_times",
    ),
    Mutant("sizes are not looked at", SIZES, where="sandbox.watch:Watch._look_at_sizes"),
    Mutant("the folder is not emptied", ("write_everywhere", "mapped_memory", "links"), where="sandbox.scratch:empty"),
    Mutant("inputs are not sealed", ("own_input",), where="sandbox.sealed:SEALS", change=lambda _: 0),
)


def _look(mutant: Mutant, names: Sequence[str], changed: bool, root: Path, told: Any) -> None:
    """In a fork: tell what the attacks achieve, the first alone where the mutant is applied."""
    sys.stderr = (root / "errors").open("a")
    if changed:
        mutant.apply()
    sandbox = Sandbox(SandboxConfig(root, **(mutant.config if changed else mutant.before)))
    found = _findings(sandbox, names, root)
    told.send([first] if changed and (first := next(found, "")) else list(found))
    sandbox.close()


def _findings(sandbox: Sandbox, names: Sequence[str], root: Path) -> Iterator[str]:
    slot = sandbox.open_slot()
    for name in names:
        if finding := attacks.finding(slot, attacks.CORPUS / f"{name}.py", root):
            yield f"{name}: {finding.splitlines()[0]}"


def main() -> None:
    missed = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o711)
        (root / attacks.VICTIM).write_text(attacks.VICTIM)
        for mutant in MUTANTS if os.getuid() == 0 else (mutant for mutant in MUTANTS if not mutant.before):
            for red in in_a_fork(partial(_look, mutant, mutant.attacks, False, root)):
                wrong += 1
                print(f"gets somewhere without any mutant: {red}")
            found = in_a_fork(partial(_look, mutant, mutant.attacks, True, root))
            missed += not found
            print(f"{'red' if found else 'NOT NOTICED':<12} {mutant.what:<30} {found[0] if found else ''}", flush=True)
            _clean(root)
    print(f"{len(MUTANTS) - missed} of {len(MUTANTS)} layers are missed when they are gone")
    sys.exit(missed > 0 or wrong > 0)


def _clean(root: Path) -> None:
    """Attacks that succeed leave what they wrote."""
    (root / attacks.VICTIM).write_text(attacks.VICTIM)
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/", "/run"):
        for path in Path(folder).glob("BREACH*"):
            path.rmdir() if path.is_dir() else path.unlink()


if __name__ == "__main__":
    main()
