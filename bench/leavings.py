"""What a thousand programs leave behind, and how long a thousand sleepers hold up whoever comes after them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from bench.table import Measured

PROGRAMS = 1000
HONEST = 64
HONEST_S = 10.0
TIMEOUT_S = 3600.0
MIB = 2**20
GROWTH_BYTES = 8 * MIB  # of all processes of the service together, after it is warm
HELLO = "print(3)"
USES = (
    HELLO,
    "open('left', 'w').write('x' * 100_000)\nprint(3)",
    "import os\nos.makedirs('a/b/c')\nopen('a/b/c/d', 'w').close()\nprint(3)",
    "import threading\n[threading.Thread(target=print, args=(3,)).start() for _ in range(4)]",
    "kept = bytearray(20_000_000)\nprint(3)",
    "raise SystemExit(3)",
    "import tempfile\nprint(3, file=tempfile.TemporaryFile('w'))",
    "import os\nos.abort()",
)
SLEEPER = "import time\ntime.sleep(1000)"
_numbers = count()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the service holds at a moment. `memory_bytes` counts shared pages once (PSS)."""

    processes: int
    descriptors: int
    memory_bytes: int
    files: int


def leavings(url: str) -> Iterator[Measured]:
    """Run many programs, look before and after; then let programs sleep."""
    _post(url, USES * 16)
    before = seen(url)
    _post(url, USES * (PROGRAMS // len(USES)))
    after = seen(url)
    yield _compared(f"processes after {PROGRAMS} programs", before.processes, after.processes)
    yield _compared(f"open descriptors after {PROGRAMS} programs", before.descriptors, after.descriptors)
    yield _compared(f"files in the scratch folders after {PROGRAMS} programs", before.files, after.files)
    grown = after.memory_bytes - before.memory_bytes
    figure = f"{before.memory_bytes / MIB:.0f} MiB, then {after.memory_bytes / MIB:.0f} MiB"
    what = f"memory of all processes after {PROGRAMS} programs"
    yield Measured(what, f"grown by {GROWTH_BYTES // MIB} MiB or less", figure, grown <= GROWTH_BYTES)
    alone_s, beside_s = _beside_sleepers(url)
    what = f"{PROGRAMS} sleepers are queued: an honest batch of {HONEST} is through ({alone_s:.2f} s without them)"
    yield Measured(what, f"{HONEST_S:.0f} s", f"{beside_s:.2f} s", beside_s <= HONEST_S)


def _compared(what: str, before: int, after: int) -> Measured:
    return Measured(what, f"{before}, as before", str(after), after <= before)


def _beside_sleepers(url: str) -> tuple[float, float]:
    alone_s = _post(url, [HELLO] * HONEST)
    with ThreadPoolExecutor(1) as thread:
        sleeping = thread.submit(_post, url, [SLEEPER] * PROGRAMS, 60.0)
        time.sleep(3.0)  # until they hold every slot
        beside_s = _post(url, [HELLO] * HONEST)
        sleeping.result()
    return alone_s, beside_s


def _post(url: str, sources: Sequence[str], deadline_s: float = TIMEOUT_S) -> float:
    truth = {"tests": [{"stdin": "", "stdout": "3\n"}]}
    completions = [f"```python\n# {next(_numbers)}\n{source}\n```" for source in sources]
    samples: list[dict[str, Any]] = [
        {"completion": completion, "ground_truth": truth, "verifier": "code"} for completion in completions
    ]
    start = time.monotonic()
    body = {"samples": samples, "deadline_s": deadline_s}
    httpx.post(f"{url}/v1/rewards", json=body, timeout=TIMEOUT_S).raise_for_status()
    return time.monotonic() - start


# ------------------------------------------------------------------------------------------------- from outside


def seen(url: str) -> Seen:
    """Look at the service that listens there, and at all processes that it has started."""
    pids = _family(_listening(url.rpartition(":")[2]))
    return Seen(
        len(pids),
        sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in pids),
        sum(_pss(pid) for pid in pids),
        sum(1 for pid in pids for _ in _scratch_files(pid)),
    )


def _listening(port: str) -> int:
    for folder in Path("/proc").glob("[0-9]*"):
        words = (folder / "cmdline").read_bytes().split(b"\0")
        if b"--factory" in words and port.encode() in words:
            return int(folder.name)
    raise RuntimeError(f"nothing listens on port {port}")


def _family(root: int) -> list[int]:
    parents = {int(folder.name): _parent(folder) for folder in Path("/proc").glob("[0-9]*")}
    family = [root]
    for pid in family:
        family += [child for child, parent in parents.items() if parent == pid]
    return family


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(") ")[2].split()[1])
    except OSError:  # it has ended meanwhile
        return 0


def _pss(pid: int) -> int:
    line = next(line for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024


def _scratch_files(pid: int) -> Iterator[Path]:
    """What lies in the folder that a warm interpreter calls its home."""
    for entry in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
        if entry.startswith(b"HOME=") and b"slot-" in entry:
            yield from Path(os.fsdecode(entry[5:])).rglob("*")
