"""One sandbox and one slot for all tests of it: real processes, real kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox import plain
from sandbox.base import Limits, Outcome, Program
from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot

RunPython = Callable[..., Outcome]


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("scratch")))
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def slot(sandbox: Sandbox) -> Slot:
    return sandbox.open_slot()


@pytest.fixture
def run(slot: Slot) -> RunPython:
    """Run a Python program; limits may be given by name."""

    def run(source: str, stdin: bytes = b"", **limits: float) -> Outcome:
        return slot.run(Program("python", source), Limits(**limits), stdin)  # type: ignore[arg-type]  # some are int

    return run


@pytest.fixture
def call(slot: Slot) -> RunPython:
    """Load a Python program and call its function `f` once for each of the arguments."""

    def call(source: str, *arguments: object, **limits: float) -> Outcome:
        requests = tuple(plain.encode({"entry": "f", "args": [value], "kwargs": {}}) for value in arguments)
        program = Program("python", source, answers_calls=True)
        return slot.run(program, Limits(**limits), b"", requests)  # type: ignore[arg-type]  # some are int

    return call


@pytest.fixture
def scratch_root(tmp_path: Path) -> Path:
    tmp_path.chmod(0o711)
    return tmp_path
