"""Other ways to start a Python program, on as many threads as there are cores: how many a second."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.forks import COUNT, SECONDS
from sandbox import interpreter
from sandbox.forkserver import ForkServer
from sandbox.warm import ENVIRONMENT, SIMPLE_PREPARE

ROOT = Path(__file__).resolve().parent.parent
CORES = len(os.sched_getaffinity(0))
SANDLOCK = "sandlock==0.9.0"
SOURCE = "import sys; print(sum(map(int, sys.stdin.read().split())))"
COMMAND = (sys.executable, "-c", SOURCE)
INPUT, OUTPUT = "1 2\n", "3\n"
BWRAP = ("bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--unshare-all", "--die-with-parent")
# sandlock's own process says how many it started; it takes no input, so the program has none to read.
SANDLOCK_LOOP = f"""
import sys, time, threading
from sandlock import Sandbox
command = [{sys.executable!r}, "-c", "print(3)"]
readable = [p for p in ("/usr", "/lib", "/lib64", "/etc", "/dev", "/proc", {sys.prefix!r}, {sys.base_prefix!r})]
counts = []
def loop(end):
    count, sandbox = 0, Sandbox(fs_readable=readable)
    while time.monotonic() < end:
        result = sandbox.run(command)
        assert result.stdout.strip() in (b"3", "3"), result
        count += 1
    counts.append(count)
loop(0.0)
end = time.monotonic() + float(sys.argv[1])
threads = [threading.Thread(target=loop, args=(end,)) for _ in range({CORES})]
start = time.monotonic()
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sum(counts) / (time.monotonic() - start))
"""

Rate = Callable[[float], float]  # from how many seconds to how many starts a second


@contextmanager
def rivals() -> Iterator[Mapping[str, Rate | str]]:
    """Each way by its name: how to measure it, or why it is left out."""
    with _bare("bench.forks:count") as bare, _bare("bench.forks:count_runs") as bare_runs, _sandlock() as sandlock:
        yield {
            "fork, exit, wait of the same zygote": bare,
            "the same, the program compiled and run in the child, confined by nothing": bare_runs,
            "subprocess.run([python, -c, ...])": lambda seconds: _threads(seconds, list(COMMAND)),
            "bwrap ... python -c ...": _bwrap(),
            "sandlock (python -c ...)": sandlock,
        }


def _threads(seconds: float, command: list[str]) -> float:
    start = time.monotonic()
    with ThreadPoolExecutor(CORES) as threads:
        counts = threads.map(lambda _: _starts(command, start + seconds), range(CORES))
        return sum(counts) / (time.monotonic() - start)


def _starts(command: list[str], end: float) -> int:
    count = 0
    while time.monotonic() < end:
        ran = subprocess.run(command, input=INPUT, capture_output=True, text=True, check=True)
        if ran.stdout != OUTPUT:
            raise RuntimeError(f"{command[0]} printed {ran.stdout!r}")
        count += 1
    return count


def _bwrap() -> Rate | str:
    if shutil.which("bwrap") is None:
        return "not installed (apt-get install bubblewrap)"
    command = [*BWRAP, *COMMAND]
    tried = subprocess.run(command, input=INPUT, capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"does not work here: {tried.stderr.strip()[-100:]}"
    return lambda seconds: _threads(seconds, command)


@contextmanager
def _bare(entry: str) -> Iterator[Rate]:
    """Forks of the warm interpreter that most programs get, with what `entry` does in each."""
    servers = [
        ForkServer(entry, interpreter.SIMPLE.split(), [str(ROOT)], ENVIRONMENT, sys.executable, SIMPLE_PREPARE)
        for _ in range(CORES)
    ]
    for server in servers:
        server.wait_ready()

    def rate(seconds: float) -> float:
        with ThreadPoolExecutor(CORES) as threads:
            return sum(threads.map(lambda server: _forks(server, seconds), servers)) / seconds

    yield rate
    for server in servers:
        server.close()


def _forks(server: ForkServer, seconds: float) -> int:
    reading, writing = os.pipe()
    child = server.fork(SECONDS.pack(seconds), [writing])
    os.close(writing)
    said = os.read(reading, COUNT.size)
    os.close(reading)
    child.wait()
    child.close()
    forked: int = COUNT.unpack(said)[0]
    return forked


@contextmanager
def _sandlock() -> Iterator[Rate | str]:
    """In an environment of its own, which is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/bin/python"
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
            install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", SANDLOCK]
            subprocess.run(install, check=True, capture_output=True)
            subprocess.run([python, "-c", SANDLOCK_LOOP, "0"], check=True, capture_output=True)
        except subprocess.CalledProcessError as error:
            yield f"does not install or run here: {error.stderr.decode(errors='replace').strip()[-100:]}"
            return

        def rate(seconds: float) -> float:
            command = [python, "-c", SANDLOCK_LOOP, str(seconds)]
            return float(subprocess.run(command, check=True, capture_output=True).stdout)

        yield rate
