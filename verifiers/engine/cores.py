"""The one budget of cores: how much of the machine this service may use, by CPU affinity and cgroup quota."""

from __future__ import annotations

import math
import os
from pathlib import Path

CGROUP_ROOT = Path("/sys/fs/cgroup")


def core_budget(cgroup_root: Path = CGROUP_ROOT) -> int:
    """Return the number of cores to keep busy, at least one. A quota of 1.5 cores counts as two."""
    usable = len(os.sched_getaffinity(0))
    quota = _quota_v2(cgroup_root) or _quota_v1(cgroup_root)
    return max(1, min(usable, math.ceil(quota)) if quota else usable)


def _quota_v2(root: Path) -> float | None:
    text = _read(root / "cpu.max").split()
    if len(text) != 2 or text[0] == "max":
        return None
    return int(text[0]) / int(text[1])


def _quota_v1(root: Path) -> float | None:
    quota, period = _read(root / "cpu" / "cpu.cfs_quota_us"), _read(root / "cpu" / "cpu.cfs_period_us")
    if not quota or not period or int(quota) <= 0:
        return None
    return int(quota) / int(period)


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
