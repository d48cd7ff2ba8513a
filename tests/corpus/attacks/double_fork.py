# expect: no process is started, by whatever call and with whatever flags
# ends: ok
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
arguments = (ctypes.c_uint64 * 11)()
FLAGS = (17, 0, 0x8000 | 17, 0x4000 | 0x100 | 17, 0x100 | 17, 0x2000 | 17, 0x20000000 | 17, 0x10000000 | 17, 0x00800000 | 17, 0x80 | 17)
for flags in FLAGS:
    if libc.syscall(56, flags, 0, 0, 0, 0) >= 0:
        print("BREACH: clone", hex(flags)) if os.getpid() else os._exit(0)
    arguments[0], arguments[4] = flags & ~0xFF, flags & 0xFF
    if libc.syscall(435, arguments, 88) >= 0:
        print("BREACH: clone3", hex(flags))
for number in (57, 58, 59, 322, 272, 308, 112, 109):
    if libc.syscall(number, 0, 0, 0, 0, 0) >= 0:
        print("BREACH: call", number)
try:
    import multiprocessing

    multiprocessing.get_context("fork").Process(target=print).start()
    print("BREACH: multiprocessing")
except OSError:
    pass
