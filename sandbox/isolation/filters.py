"""A filter on system calls: a list of what a judged program may ask of the kernel; everything else is refused.

What is not on the list answers EPERM; what is newer than the list answers ENOSYS. So there are no sockets, no new
processes, no signals or scheduling of others, no shared memory that outlives a run, no changes of mode, owner or time.
Each filter is built once, by libseccomp, and kept as bytes; each child writes its own process number into it (see
`seccomp`).

A `Profile` says what a kind of program may do beyond that. What is started by exec needs that call once, after the
filter is in force: it is let through for one descriptor that the program itself can never hold again.

Not guarded here: paths. A filter sees numbers, not what pointers point to; that is the work of Landlock. So a program
that was started by exec may replace itself by another file that Landlock lets it execute: the same process, under the
same layers and limits.
"""

from __future__ import annotations

import errno
import fcntl
import resource
import socket
import struct
import tempfile
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.isolation.seccomp import OWN_PID, START_FD

Rule: TypeAlias = tuple[tuple[int, int], ...]  # (argument, the value it must equal), all of them

INSTRUCTION = struct.Struct("=HBBI")
CLONE_THREAD = 0x00010000
NAMESPACES = 0x00000080 | 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000

ALLOWED = """
    read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 lseek _llseek
    open openat creat close close_range dup dup2 dup3 pipe pipe2 umask
    stat stat64 fstat fstat64 lstat lstat64 newfstatat fstatat64 statx statfs statfs64 fstatfs fstatfs64
    access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd chdir fchdir
    mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat
    ftruncate ftruncate64 fallocate fsync fdatasync flock fadvise64 fadvise64_64 arm_fadvise64_64
    readahead sendfile sendfile64 splice copy_file_range
    poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64
    epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2
    timerfd_create timerfd_settime timerfd_settime64 timerfd_gettime timerfd_gettime64
    mmap mmap2 mprotect munmap mremap brk madvise mincore msync membarrier
    rt_sigaction rt_sigprocmask rt_sigreturn sigreturn rt_sigpending rt_sigtimedwait rt_sigtimedwait_time64
    rt_sigsuspend sigaltstack pause restart_syscall
    getpid gettid getppid getpgid getpgrp getsid getuid geteuid getgid getegid getresuid getresgid getgroups
    getuid32 geteuid32 getgid32 getegid32 uname sysinfo getrusage times getcpu getpriority getrlimit ugetrlimit
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_getattr sched_get_priority_max
    sched_get_priority_min sched_rr_get_interval
    clock_gettime clock_gettime64 clock_getres clock_getres_time64 clock_nanosleep clock_nanosleep_time64 nanosleep
    gettimeofday time getitimer setitimer alarm getrandom
    futex futex_time64 futex_waitv set_robust_list get_robust_list set_tid_address rseq set_thread_area arch_prctl
    exit exit_group wait4 waitid waitpid
    recvfrom shutdown getsockname getpeername getsockopt
"""

AT_EMPTY_PATH = 0x1000


@dataclass(frozen=True, slots=True)
class Profile:
    """What a kind of program may ask of the kernel: the list, and these `calls`.

    `is_started`: it is executed under the filter. `has_processes`: it may start others, within its session.
    """

    calls: str = ""
    is_started: bool = False
    has_processes: bool = False


PROFILES: Mapping[str, Profile] = {
    "warm": Profile(),
    "native": Profile(is_started=True),
    "runtime": Profile(calls="pkey_alloc pkey_free mbind get_mempolicy set_mempolicy", is_started=True),
    "processes": Profile(calls="execve execveat fork vfork", is_started=True, has_processes=True),
}

# These answer ENOSYS, so that C libraries and runtimes fall back to a call whose arguments a filter can see.
UNSEEN = ("clone3", "openat2", "fchmodat2")

# Without SIGKILL: a program that dies of it was killed by us or by the kernel, and the two can be told apart from a
# program that only wishes to look so. Timers and descriptors that send a signal of choice are refused for the same end.
SIGNALS_TO_ITSELF = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 23, 32, 33, 34)
# RLIMIT_CPU too ends in SIGKILL. The kernel looks at 32 bits only, so the others are listed instead of it left out.
RESOURCES = tuple(number for number in range(16) if number != resource.RLIMIT_CPU)
FCNTL = (
    *(fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL),
    *(fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW, fcntl.F_OFD_GETLK, fcntl.F_OFD_SETLK, fcntl.F_OFD_SETLKW),
    *(1032, 1034),  # F_GETPIPE_SZ and F_GET_SEALS, which Python has no names for
)
IOCTL = (termios.TCGETS, termios.TIOCGWINSZ, termios.FIONREAD, termios.FIONBIO, termios.FIOCLEX, termios.FIONCLEX)
PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_SECCOMP, PR_CAPBSET_READ, PR_GET_NO_NEW_PRIVS = 15, 16, 3, 21, 23, 39
PR_SET_VMA = 0x53564D41
PRCTL = (PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_GET_SECCOMP, PR_CAPBSET_READ, PR_GET_NO_NEW_PRIVS, PR_SET_VMA)


def _allowed_with() -> Mapping[str, Sequence[Rule]]:
    """What is allowed with these arguments alone."""
    to_itself = [((0, OWN_PID), (1, number)) for number in SIGNALS_TO_ITSELF]
    thread_to_itself = [((0, OWN_PID), (2, number)) for number in SIGNALS_TO_ITSELF]
    fcntl_rules = [((1, command),) for command in FCNTL]
    return {
        "kill": to_itself,
        "rt_sigqueueinfo": to_itself,
        "tgkill": thread_to_itself,
        "rt_tgsigqueueinfo": thread_to_itself,
        "prlimit64": [*[((0, 0), (1, number)) for number in RESOURCES], ((0, 0), (1, resource.RLIMIT_CPU), (2, 0))],
        "setrlimit": [((0, number),) for number in RESOURCES],
        "fcntl": fcntl_rules,
        "fcntl64": fcntl_rules,
        "ioctl": [((1, command),) for command in IOCTL],
        "prctl": [((0, option),) for option in PRCTL],
        "personality": [((0, 0xFFFFFFFF),)],
        "socketpair": [((0, int(socket.AF_UNIX)),)],
        "sendto": [((4, 0),)],  # without an address: a datagram socket could else reach any socket by its path
    }


def build(profile: Profile) -> bytes:
    """Return the compiled filter of a profile.

    Raises:
        OSError, RuntimeError, ImportError: libseccomp is missing or refused.
    """
    import pyseccomp as library  # not at the top: it fails where libseccomp is missing

    rules = library.SyscallFilter(library.ERRNO(errno.EPERM))
    rules.set_attr(library.Attr.ACT_BADARCH, library.KILL_PROCESS)  # the 32-bit and x32 tables
    rules.set_attr(library.Attr.CTL_OPTIMIZE, 2)
    numbers = {name: library.resolve_syscall(library.Arch.NATIVE, name) for name in (ALLOWED + profile.calls).split()}
    for number in numbers.values():
        if number >= 0:  # an older library, or another architecture, lacks some of the names
            rules.add_rule(library.ALLOW, number)
    for name, alternatives in _allowed_with().items():
        if library.resolve_syscall(library.Arch.NATIVE, name) >= 0:
            for rule in alternatives:
                rules.add_rule(library.ALLOW, name, *[library.Arg(n, library.EQ, value) for n, value in rule])
    seen, wanted = (NAMESPACES, 0) if profile.has_processes else (CLONE_THREAD | NAMESPACES, CLONE_THREAD)
    rules.add_rule(library.ALLOW, "clone", library.Arg(0, library.MASKED_EQ, seen, wanted))
    if profile.is_started and not profile.has_processes:
        of_start = (library.Arg(0, library.EQ, START_FD), library.Arg(4, library.EQ, AT_EMPTY_PATH))
        rules.add_rule(library.ALLOW, "execveat", *of_start)
    for name in UNSEEN:
        if library.resolve_syscall(library.Arch.NATIVE, name) >= 0:
            rules.add_rule(library.ERRNO(errno.ENOSYS), name)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return _refuse_newer(max(numbers.values())) + file.read()


def _refuse_newer(newest: int) -> bytes:
    """Instructions that answer ENOSYS to every call with a number above the newest that the list knows."""
    load_number = INSTRUCTION.pack(0x20, 0, 0, 0)
    skip_unless_newer = INSTRUCTION.pack(0x25, 0, 1, newest)
    no_such_call = INSTRUCTION.pack(0x06, 0, 0, 0x00050000 | errno.ENOSYS)
    return load_number + skip_unless_newer + no_such_call
