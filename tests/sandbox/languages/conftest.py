"""A sandbox whose compilers are stopped early: the corpus has programs that keep them busy for as long as they may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.run import Sandbox, SandboxConfig
from sandbox.slot import Slot


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    sandbox = Sandbox(SandboxConfig(tmp_path_factory.mktemp("languages"), compile_cpu_s=4.0))
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def slot(sandbox: Sandbox) -> Slot:
    return sandbox.open_slot()
