"""The warm interpreters of a slot: fresh processes that have imported what programs need, and fork a child a run.

There are several kinds, and a run gets the least that does: each page that one holds is paid for at every fork.
"""

from __future__ import annotations

from pathlib import Path

from sandbox import interpreter
from sandbox.forkserver import ForkServer, ForkServerLost
from sandbox.isolation import rlimits
from sandbox.meter import sizes

ROOT = Path(__file__).parents[1]
SIMPLE, PLAIN, SCIENTIFIC, LAUNCH = "simple", "plain", "scientific", "launch"
SIMPLE_ENTRY, SIMPLE_PREPARE = "sandbox.zygote.child:main", "sandbox.zygote.child:prepare"
LAUNCH_ENTRY, LAUNCH_PREPARE = "sandbox.zygote.launch:main", "sandbox.zygote.launch:prepare"
ENTRY, PREPARE = "sandbox.zygote.candidate:main", "sandbox.zygote.candidate:prepare"
BESIDE = "sandbox.zygote.beside:main"
BESIDE_USUAL = "symtable unittest"  # what tests that are code import beyond what programs do
ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LD_BIND_NOW": "1",  # looked up once in the warm interpreter, not in each of its children
    "MALLOC_ARENA_MAX": "1",  # else each thread reserves address space of its own
}


class Zygote:
    """A warm interpreter, and what it holds by itself: its children start with the same.

    Raises:
        ForkServerLost: it does not start.
    """

    def __init__(self, server: ForkServer) -> None:
        self.server = server
        try:
            self.server.wait_ready()
        except ForkServerLost:
            self.server.close()
            raise
        self.address_bytes, self.resident_bytes = sizes(self.server.pid)


class Warm:
    """The interpreters of one slot, each started when it is first wanted. `entry` is what the children of most do."""

    def __init__(self, python: interpreter.Interpreter, namespaces: int, entry: str) -> None:
        self._python, self._namespaces, self._entry = python, namespaces, entry
        self.zygotes: dict[str, Zygote] = {}

    def kind_for(self, source: str, usual: str | None = None) -> str:
        """Which kind a program gets by what it imports, where not the `usual` one."""
        if self._python.scientific and interpreter.wants_scientific(source):
            return SCIENTIFIC
        return usual or (SIMPLE if interpreter.is_simple(source) else PLAIN)

    def get(self, kind: str, folder: Path) -> Zygote:
        """Return the interpreter of a kind. Its children's home is `folder`.

        Raises:
            ForkServerLost: it does not start.
        """
        if kind not in self.zygotes:
            self.zygotes[kind] = self._started(kind, str(folder))
        return self.zygotes[kind]

    def forget(self, kind: str) -> None:
        zygote = self.zygotes.pop(kind, None)
        if zygote is not None:
            zygote.server.close()

    def forget_all(self) -> None:
        for kind in list(self.zygotes):
            self.forget(kind)

    def _started(self, kind: str, folder: str) -> Zygote:
        entry, prepare, modules = self._holding(kind)
        environment = {**ENVIRONMENT, "HOME": folder, "TMPDIR": folder}
        python, stack_bytes = self._python.python, rlimits.STACK_BYTES
        path = [str(ROOT)]
        return Zygote(ForkServer(entry, modules, path, environment, python, prepare, stack_bytes, self._namespaces))

    def _holding(self, kind: str) -> tuple[str, str, list[str]]:
        """What the children of a kind do, how it is prepared, and what it imports before."""
        if kind == LAUNCH:
            return LAUNCH_ENTRY, LAUNCH_PREPARE, []
        if kind == SIMPLE:
            return SIMPLE_ENTRY, SIMPLE_PREPARE, interpreter.SIMPLE.split()
        modules = interpreter.USUAL.split()
        if self._entry == BESIDE:
            modules += BESIDE_USUAL.split()
        if kind == SCIENTIFIC:
            modules += self._python.scientific
        return self._entry, PREPARE, modules
