"""Starts a server of ours on a free port, waits until it is ready, and ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
START_S = 120.0
STOP_S = 20.0


class NotReady(RuntimeError):
    """The server ended, or did not become ready in time; the message holds the end of its log."""


@contextmanager
def serving(factory: str, ready_path: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Run `factory` under uvicorn with uvloop and httptools while the block lasts; gives its address.

    Raises:
        NotReady: see there.
    """
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port), "--loop", "uvloop"]
    command += ["--http", "httptools", "--log-level", "warning", "--timeout-keep-alive", "75"]
    with tempfile.TemporaryFile() as log, _running(command, {**os.environ, **(environment or {})}, log) as process:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(process, url + ready_path, log)
        yield url


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def _running(
    command: Sequence[str], environment: Mapping[str, str], log: IO[bytes]
) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: IO[bytes]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        if _is_ready(url):
            return
        time.sleep(0.1)
    log.seek(0)
    raise NotReady(f"{url} did not answer 200: {log.read().decode(errors='replace')[-2000:]}")


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
