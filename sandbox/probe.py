"""The program that proves the sandbox before the service says that it is ready."""

from __future__ import annotations

from sandbox.base import Outcome, Status

PROBE = """
import os, socket
def attempt(name, act):
    try:
        act()
    except OSError:
        return
    print(name)
def fork():
    if os.fork() == 0:
        os._exit(0)
def write_outside():
    open("/tmp/truegold-probe", "x").close()
attempt("fork", fork)
attempt("socket", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
attempt("unix socket", lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
attempt("exec", lambda: os.execv("/bin/true", ["true"]))
attempt("signal to parent", lambda: os.kill(os.getppid(), 0))
attempt("read files", lambda: open("/etc/passwd").close())
attempt("read processes", lambda: open("/proc/self/environ").close())
attempt("write files", write_outside)
open("inside", "w").close()
print("done")
"""
ONLY_WITH_LANDLOCK = {"read files", "read processes", "write files"}


def findings(outcome: Outcome, has_landlock: bool) -> str:
    """What the probe could do though it must not, or how it failed; empty when the sandbox holds."""
    if outcome.status is not Status.OK:
        return f"the probe ended with {outcome.status}: {outcome.stderr.decode(errors='replace')[-300:]}"
    done = set(outcome.stdout.decode().split("\n")[:-1])
    if "done" not in done:
        return "the probe did not finish"
    escaped = done - {"done"} - (set() if has_landlock else ONLY_WITH_LANDLOCK)
    return ", ".join(sorted(escaped))
