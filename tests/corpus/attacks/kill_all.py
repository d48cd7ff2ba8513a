# expect: nobody is signalled but oneself: not all, not the group, not by thread, descriptor, timer or queue
# ends: ok
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
info = ctypes.create_string_buffer(128)
others = (-1, 0, 1, -os.getpid(), -os.getpgrp(), os.getppid(), -os.getppid(), 2**31 - 1)
for other in others:
    for number in (0, signal.SIGTERM, signal.SIGKILL, signal.SIGSTOP):
        calls = {
            "kill": (62, other, number),
            "tkill": (200, other, number),
            "tgkill": (234, other, other, number),
            "rt_sigqueueinfo": (129, other, number, info),
            "rt_tgsigqueueinfo": (297, other, other, number, info),
            "pidfd_open": (434, other, 0),
            "pidfd_send_signal": (424, 0, number, None, 0),
        }
        for name, call in calls.items():
            if libc.syscall(*call) >= 0:
                print("BREACH:", name, other, number)
for kind in (1, 2, 4):
    event = ctypes.create_string_buffer(bytes(8) + bytes([9, 0, 0, 0, kind, 0, 0, 0]) + os.getppid().to_bytes(4, "little"), 64)
    if libc.syscall(222, 1, event, info) >= 0:
        print("BREACH: timer", kind)
