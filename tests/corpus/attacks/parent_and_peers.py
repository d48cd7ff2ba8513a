# expect: no other process is signalled, throttled, limited, moved or even named
# ends: ok
import ctypes
import os
import resource
import signal

libc = ctypes.CDLL(None, use_errno=True)
me = os.getpid()
others = [os.getppid(), 1, 0, -1, me - 1, me - 2, me + 1, *range(2, 200)]
for other in others:
    if other == me:
        continue
    acts = [
        lambda: os.kill(other, 0),
        lambda: os.kill(other, signal.SIGTERM),
        lambda: os.setpriority(os.PRIO_PROCESS, other, 19),
        lambda: os.sched_setaffinity(other, {0}),
        lambda: os.sched_setscheduler(other, os.SCHED_IDLE, os.sched_param(0)),
        lambda: resource.prlimit(other, resource.RLIMIT_CPU, (1, 1)) if other > 0 else os.kill(other, 0),
        lambda: resource.prlimit(other, resource.RLIMIT_CPU) if other > 0 else os.kill(other, 0),
        lambda: os.pidfd_open(other),
        lambda: os.killpg(os.getpgid(other), 0) if other > 0 and other != os.getppid() else os.kill(other, 0),
    ]
    for number, act in enumerate(acts):
        try:
            act()
            print("BREACH", other, number)
        except ProcessLookupError:
            if number != 8:
                print("BREACH: the kernel looked for", other, number)
        except (OSError, OverflowError):
            pass
if libc.tgkill(os.getppid(), os.getppid(), 0) == 0 or libc.sigqueue(os.getppid(), 0, 0) == 0:
    print("BREACH: tgkill")
