"""Says where figures come from: the machine, and the versions of what decides."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("math-verify", "sympy", "uvicorn", "uvloop", "httptools", "msgspec", "starlette")


def describe() -> str:
    """One line on the machine and one on the versions."""
    cores = len(os.sched_getaffinity(0))
    machine = (
        f"{cores} cores ({_cpu_name()}), {platform.system()} {platform.release()}, Python {platform.python_version()}"
    )
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Machine: {machine}.\nVersions: {versions}.\n"


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
