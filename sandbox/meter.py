"""Reads from outside what a running program has used: nothing here asks its processes, which could lie.

Not measured here: what the process used after it was last looked at. The kernel's own account at its end has that.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from itertools import islice

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_S = 0.005  # how long one look at all processes of the machine is good for
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
OTHERS = 200  # entries of /proc that are no processes, and come first
ACTIVE = (b"R", b"D")
# Where the words stand in a process's `stat`, counted from behind its name.
STATE, SESSION, FIRST_TIME, PAST_TIMES = 0, 3, 11, 15
PROCESS_CPU = 2  # how the kernel numbers the CPU clock of another process, together with its inverted number


class Meter:
    """One process. Each reading of a process that has ended repeats the last one, or says zero."""

    def __init__(self, pid: int) -> None:
        self._folder = f"/proc/{pid}"  # text: a run is looked at often, and paths as objects are slow
        self._pid = pid
        self._clock = (~pid << 3) | PROCESS_CPU
        self._last_cpu_s = 0.0

    def cpu_s(self) -> float:
        with contextlib.suppress(OSError):
            self._last_cpu_s = time.clock_gettime(self._clock)
        return self._last_cpu_s

    def run_delay_s(self) -> float:
        """How long its threads, those that still live, have waited for a core."""
        total = 0
        for thread in self._entries("task"):
            with contextlib.suppress(OSError, ValueError, IndexError):
                total += int(_read(f"{self._folder}/task/{thread}/schedstat").split()[1])
        return total / 1e9

    def threads(self) -> int:
        return len(self._entries("task"))

    def is_active(self) -> bool:
        """Whether a thread runs, waits for a core, or waits for a disk at this moment."""
        for thread in self._entries("task"):
            with contextlib.suppress(OSError, IndexError):
                if _read(f"{self._folder}/task/{thread}/stat").rpartition(b") ")[2][:1] in ACTIVE:
                    return True
        return False

    def resident_bytes(self) -> int:
        return sizes(self._pid)[1]

    def nameless_bytes(self, device: int) -> int:
        """What its open files take on the device though they have no name any more."""
        total = 0
        for descriptor in self._entries("fd"):
            with contextlib.suppress(OSError):
                seen = os.stat(f"{self._folder}/fd/{descriptor}")
                total += seen.st_blocks * 512 if seen.st_dev == device and not seen.st_nlink else 0
        return total

    def _entries(self, folder: str) -> list[str]:
        with contextlib.suppress(OSError):
            return os.listdir(f"{self._folder}/{folder}")
        return []


class SessionMeter:
    """All processes of a session together, by the pid of its leader, which none of them can leave.

    No more than `most` and one are looked for, the youngest first: where there are that many, they are too many, and
    while they grow in number there must be time for no more than to see it.
    """

    def __init__(self, pid: int, most: int) -> None:
        self._pid, self._most = pid, most
        self._most_cpu_s = 0.0
        self._known: list[tuple[int, list[bytes]]] = []
        self._known_until_s = 0.0

    def cpu_s(self) -> float:
        """To a hundredth of a second. It never falls, though what nobody waited for is gone with its process."""
        ticks = sum(sum(map(int, words[FIRST_TIME:PAST_TIMES])) for _, words in self._members())
        self._most_cpu_s = max(self._most_cpu_s, ticks / TICKS_A_SECOND)
        return self._most_cpu_s

    def pids(self) -> frozenset[int]:
        return frozenset(pid for pid, _ in self._members())

    def threads(self) -> int:
        count = len(self._members())
        return count if count > self._most else sum(each.threads() for each in self._meters())

    def is_active(self) -> bool:
        return any(each.is_active() for each in self._meters())

    def resident_bytes(self) -> int:
        return sum(each.resident_bytes() for each in self._meters())

    def nameless_bytes(self, device: int) -> int:
        return sum(each.nameless_bytes(device) for each in self._meters())

    def _meters(self) -> Iterator[Meter]:
        return (Meter(pid) for pid, _ in self._members())

    def _members(self) -> list[tuple[int, list[bytes]]]:
        """Looked for once for all questions of a look: there may be thousands of processes to look through."""
        if time.monotonic() >= self._known_until_s:
            self._known = list(islice(self._found(), self._most + 1))
            self._known_until_s = time.monotonic() + LOOK_S
        return self._known

    def _found(self) -> Iterator[tuple[int, list[bytes]]]:
        for pid in _pids():
            with contextlib.suppress(OSError, ValueError, IndexError):
                words = _read(f"/proc/{pid}/stat").rpartition(b") ")[2].split()
                if int(words[SESSION]) == self._pid:
                    yield pid, words


def kills_for_memory() -> int | None:
    """How often the kernel has killed a process because memory ran out, on the whole machine; None: it does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(_read("/proc/vmstat").partition(b"\noom_kill ")[2].split()[0])
    return None


class BlockedTime:
    """Adds up the time in which a process neither ran nor waited for a core.

    The kernel books the wait for a core only once it is over, so a look may count too much and a later one takes it
    back: what is over the limit counts only if the process is not active at that moment. The sum never falls below
    zero, so that many threads waiting for cores now cannot be set off against sleeping later. One look counts
    `most_s` at most: where looks come late, it is the machine that stood still, or we that waited for a core.
    """

    def __init__(self, meter: Meter, most_s: float) -> None:
        self._meter, self._most_s = meter, most_s
        self.total_s = self._cpu_s = self._delay_s = self._wall_s = 0.0

    def restart(self) -> None:
        """Start from now. Must be called before the first look."""
        self.total_s = 0.0
        self.skip()

    def skip(self) -> None:
        """Go on from now: the time since the last look does not count."""
        self._cpu_s, self._delay_s, self._wall_s = self._now()

    def look(self) -> float:
        cpu_s, delay_s, wall_s = self._now()
        idle_s = (wall_s - self._wall_s) - (cpu_s - self._cpu_s) - max(0.0, delay_s - self._delay_s)
        self.total_s = max(0.0, self.total_s + min(idle_s, self._most_s))
        self._cpu_s, self._delay_s, self._wall_s = cpu_s, delay_s, wall_s
        return self.total_s

    def _now(self) -> tuple[float, float, float]:
        # The wall clock last: what passes between the readings is then counted too early, never twice.
        return self._meter.cpu_s(), self._meter.run_delay_s(), time.monotonic()


class SessionBlockedTime:
    """Adds up the time in which, as far as looks can tell, no process of a session did anything.

    What short-lived processes used, and how long they waited for a core, cannot be read once they are gone. So a
    stretch between two looks counts only if nothing was active at its end, no CPU time was booked, and none came or
    went; and `most_s` of it at most.
    """

    def __init__(self, meter: SessionMeter, most_s: float) -> None:
        self._meter, self._most_s = meter, most_s
        self.total_s = self._wall_s = 0.0
        self._seen: tuple[float, frozenset[int]] = (0.0, frozenset())

    def restart(self) -> None:
        """Start from now. Must be called before the first look."""
        self.total_s = 0.0
        self.skip()

    def skip(self) -> None:
        """Go on from now: the time since the last look does not count."""
        self._wall_s, self._seen = time.monotonic(), self._now()

    def look(self) -> float:
        seen, wall_s = self._now(), time.monotonic()
        if seen == self._seen and not self._meter.is_active():
            self.total_s += min(wall_s - self._wall_s, self._most_s)
        self._seen, self._wall_s = seen, wall_s
        return self.total_s

    def _now(self) -> tuple[float, frozenset[int]]:
        return self._meter.cpu_s(), self._meter.pids()


def _pids() -> list[int]:
    """All processes that were there as this began, the youngest first.

    To list them to the end would take for ever where they grow in number faster than they can be listed.
    """
    there = int(_read("/proc/loadavg").split()[3].partition(b"/")[2])
    with os.scandir("/proc") as entries:
        return sorted(
            (int(entry.name) for entry in islice(entries, there + OTHERS) if entry.name.isdigit()), reverse=True
        )


def sizes(pid: int) -> tuple[int, int]:
    """The address space and the resident size of a process, in bytes; zeros when it is gone."""
    with contextlib.suppress(OSError):
        words = _read(f"/proc/{pid}/statm").split()
        return int(words[0]) * PAGE_BYTES, int(words[1]) * PAGE_BYTES
    return 0, 0


def _read(path: str) -> bytes:
    with open(path, "rb", buffering=0) as file:
        return file.readall()
