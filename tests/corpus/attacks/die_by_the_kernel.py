# expect: no way to die of SIGKILL, which would look like the machine's fault: not by a timer, a descriptor or a ceiling
# ends: ok
import ctypes
import fcntl
import os
import resource
import signal
import socket

libc = ctypes.CDLL(None, use_errno=True)
event = (ctypes.c_int * 16)(0, 0, 9, 0)
timer = ctypes.c_void_p()
if libc.timer_create(0, ctypes.byref(event), ctypes.byref(timer)) == 0:
    print("BREACH: timer")
near, far = socket.socketpair()
for act in (
    lambda: fcntl.fcntl(near, fcntl.F_SETOWN, os.getpid()),
    lambda: fcntl.fcntl(near, 10, 9),
    lambda: fcntl.ioctl(near, 0x8901, os.getpid().to_bytes(4, "little")),
    lambda: resource.setrlimit(resource.RLIMIT_CPU, (1, 1)),
    lambda: resource.prlimit(0, resource.RLIMIT_CPU, (1, 1)),
):
    try:
        act()
        print("BREACH")
    except (OSError, ValueError):
        pass
if libc.prctl(1, 9, 0, 0, 0) == 0 or libc.prctl(22, 1, 0, 0, 0) == 0 or libc.prctl(4, 0, 0, 0, 0) == 0:
    print("BREACH: prctl")
