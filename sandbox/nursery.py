"""The fork server itself: a warm interpreter that forks a child for each request, and minds it to its end.

Run as a script by `sandbox.forkserver`, which also says what the two tell each other. It stays single-threaded, and it
imports little and nothing of ours: each page that stands in this memory is paid for at every fork.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import os
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from os import WNOHANG, close
from select import POLLIN

READY = b"ready"
KILL = b"kill"
PID = struct.Struct("!i")
ENDED = struct.Struct("!iddq")  # wait status, user seconds, system seconds, peak bytes
MAX_HEADER_BYTES = 64 * 1024
MAX_ANCILLARY_BYTES = socket.CMSG_SPACE(16 * 4)  # for sixteen descriptors
SIGKILL = int(signal.SIGKILL)
TICK_MS = 2  # how soon an end is noticed where no descriptor tells it
PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
NEW_USER = 0x10000000
KEPT_FREE_BYTES = 128 * 1024  # for what a small program allocates

ChildMain = Callable[[bytes, list[int]], None]


class _Nursery:
    """The children of one fork server, each under its leash.

    What a turn touches is little, for each fork leaves every page of memory to be copied once more: so descriptors
    are numbers here, and a child's end is seen by a descriptor of its own and no signal.
    """

    def __init__(self, control: socket.socket, child_main: ChildMain, is_apart: bool) -> None:
        self._control = control
        self._child_main = child_main
        self._is_apart = is_apart
        self._leashes: dict[int, int] = {}  # pid -> descriptor of its leash
        self._ends: dict[int, int | None] = {}  # pid -> descriptor that says that it has ended
        self._pids: dict[int, int] = {}  # either descriptor -> pid
        # The C library's own fork, holding the interpreter's lock: Python's runs hooks in each child that copy a
        # megabyte of memory, to mend locks and threads that a single-threaded process does not have. One hook is
        # missed, the one that reseeds `random`: all children draw the same numbers.
        self._libc = ctypes.PyDLL(None, use_errno=True)
        self._libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # closed to its peers, and so are its children
        self._libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # so that no descendant of a child gets lost
        self._control_fd = control.fileno()
        self._poll = select.poll()
        self._poll.register(self._control_fd, POLLIN)

    def serve(self) -> None:
        """Fork on request until the service closes its end, then kill what is left."""
        while self._serve_once():
            pass
        for pid in list(self._leashes):
            self._end(pid)

    def _serve_once(self) -> bool:
        goes_on = True
        # By pid, for a descriptor may mean another child once the first is gone.
        for descriptor, pid in [(descriptor, self._pids.get(descriptor, 0)) for descriptor, _ in self._wait()]:
            if descriptor == self._control_fd:
                goes_on = self._fork()
            elif pid not in self._leashes:
                continue  # it has been seen to in this turn
            elif descriptor == self._leashes[pid]:
                self._heed(pid)
            else:
                self._report(pid)
        return goes_on

    def _wait(self) -> list[tuple[int, int]]:
        if None not in self._ends.values():
            return self._poll.poll()
        ready = self._poll.poll(TICK_MS)
        for pid in [pid for pid, end in self._ends.items() if end is None]:
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                self._report(pid)
        return ready

    def _fork(self) -> bool:
        header, ancillary, _, _ = self._control.recvmsg(MAX_HEADER_BYTES, MAX_ANCILLARY_BYTES)
        if not header:
            return False
        leash, *others = memoryview(ancillary[0][2]).cast("i")
        pid = self._libc.fork()
        if pid < 0:
            raise OSError(ctypes.get_errno(), "fork")
        if pid == 0:
            self._become_child(header, leash, others)
        for descriptor in others:
            close(descriptor)
        end = _end_of(pid)
        self._leashes[pid], self._ends[pid], self._pids[leash] = leash, end, pid
        self._poll.register(leash, POLLIN)
        if end is not None:
            self._pids[end] = pid
            self._poll.register(end, POLLIN)
        return True

    def _become_child(self, header: bytes, leash: int, descriptors: list[int]) -> None:
        code = 1
        try:
            self._libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
            os.setsid()
            os.write(leash, PID.pack(os.getpid()))  # the kernel adds what this number is elsewhere
            for descriptor in (leash, self._control_fd, *self._pids):
                close(descriptor)
            self._child_main(header, descriptors)
            code = 0
        except BaseException:  # noqa: BLE001 - nothing may unwind into the fork server's own frames
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)

    def _heed(self, pid: int) -> None:
        """Read a leash: a request to kill, or the end of the service's interest, which kills too."""
        try:
            message = os.read(self._leashes[pid], len(KILL))
        except OSError:
            message = b""
        if message:
            _kill_group(pid)
            return
        self._end(pid)

    def _end(self, pid: int) -> None:
        _kill_group(pid)
        os.waitpid(pid, 0)
        self._let_loose(pid)

    def _report(self, pid: int) -> None:
        """Say how a child has ended, once nothing is left of it."""
        _kill_group(pid)  # while the dead leader still holds its number
        _, status, usage = os.wait4(pid, 0)
        self._let_loose(pid, ENDED.pack(status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * 1024))

    def _let_loose(self, pid: int, last_word: bytes = b"") -> None:
        leash, end = self._leashes.pop(pid), self._ends.pop(pid)
        for descriptor in (leash, end):
            if descriptor is not None:
                self._poll.unregister(descriptor)
                del self._pids[descriptor]
        if not self._leashes and self._libc.waitpid(-1, None, WNOHANG) >= 0:
            _end_orphans(self._is_apart)
        if last_word:
            with contextlib.suppress(OSError):  # nobody listens any more
                os.write(leash, last_word)
        close(leash)
        if end is not None:
            close(end)


def _end_of(pid: int) -> int | None:
    """A descriptor that becomes readable when the process ends; None where the kernel, or a profile, has none."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _kill_group(pid: int) -> None:
    for process_or_group in (-pid, pid):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process_or_group, SIGKILL)


def _end_orphans(is_apart: bool) -> None:
    """Kill and reap every child that is left, and those that come to us as their parents die, until there is none."""
    if is_apart:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, SIGKILL)  # all that the first process of a namespace can see, but itself
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                for orphan in [] if is_apart else _own_children():
                    _kill_group(orphan)


def _own_children() -> list[int]:
    """As the kernel lists them: the parent is the second word after the name, which may itself hold anything."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as stat:
            if int(stat.read().rpartition(b")")[2].split()[1]) == os.getpid():
                found.append(int(name))
    return found


def _load(entry: str) -> Callable[..., None]:
    module, _, function = entry.partition(":")
    loaded: Callable[..., None] = getattr(importlib.import_module(module), function)
    return loaded


def _lay_out_stack(wanted_bytes: int) -> None:
    """Start this program anew under a larger stack limit: the kernel lays memory out for it only then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    wanted = wanted_bytes if hard == resource.RLIM_INFINITY else min(wanted_bytes, hard)
    if wanted_bytes and soft != wanted:
        resource.setrlimit(resource.RLIMIT_STACK, (wanted, hard))
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _let_go_of_free_memory() -> None:
    """Else each child would inherit, and let go of once more, what the imports used for a while."""
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError):  # not every C library has it
        ctypes.CDLL(None).malloc_trim(KEPT_FREE_BYTES)


def _go_apart(namespaces: int, control_fd: int) -> None:
    """Go on in new namespaces, as their first process; this one only waits for it."""
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(namespaces):
        raise OSError(ctypes.get_errno(), "unshare")
    if namespaces & NEW_USER:
        libc.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)  # else the files below belong to root
        for name, content in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(content)
    first = os.fork()
    if first == 0:
        libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
        return
    os.close(control_fd)
    os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF)


def main(control_fd: int, entry: str, prepare: str, stack_bytes: int, namespaces: int, preload: Sequence[str]) -> None:
    """Import what the service names, say so, and serve."""
    _lay_out_stack(stack_bytes)
    if namespaces:
        _go_apart(namespaces, control_fd)
    for name in preload:
        importlib.import_module(name)
    child_main = _load(entry)
    if prepare:
        _load(prepare)()
    control = socket.socket(fileno=control_fd)
    control.set_inheritable(False)
    nursery = _Nursery(control, child_main, namespaces != 0)
    _let_go_of_free_memory()
    control.send(READY)
    nursery.serve()


if __name__ == "__main__":
    own_fd, own_entry, own_prepare, own_stack, own_namespaces, own_path, *own_preload = sys.argv[1:]
    sys.path[:0] = own_path.split(os.pathsep) if own_path else []
    main(int(own_fd), own_entry, own_prepare, int(own_stack), int(own_namespaces), own_preload)
