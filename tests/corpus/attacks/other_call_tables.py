# expect: the x32 table of the kernel is closed; the process may die of trying
# ends: ok, signalled
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for number in (41, 57, 59, 62):
    if libc.syscall(0x40000000 + number, 2, 1, 0) >= 0:
        print("BREACH", number)
