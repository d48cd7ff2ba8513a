# expect: no memory, queue or semaphore that another run could find
# ends: ok
# needs: landlock
import ctypes
import os
from multiprocessing import shared_memory

libc = ctypes.CDLL(None, use_errno=True)
if libc.shmget(0x7E57, 4096, 0o1666) >= 0:
    print("BREACH: shmget")
if libc.semget(0x7E57, 1, 0o1666) >= 0:
    print("BREACH: semget")
if libc.msgget(0x7E57, 0o1666) >= 0:
    print("BREACH: msgget")
try:
    shared_memory.SharedMemory("BREACH", create=True, size=10)
    print("BREACH: shm_open")
except OSError:
    pass
