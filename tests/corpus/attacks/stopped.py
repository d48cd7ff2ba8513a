# expect: a process that stops itself, or wants to be killed, gains nothing
# ends: ok
import ctypes
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTSTP):
    if libc.kill(os.getpid(), number) == 0 or libc.tgkill(os.getpid(), os.getpid(), number) == 0:
        print("BREACH", number)
