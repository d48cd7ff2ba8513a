# expect: memory counts however it is asked for: mapped, grown, from a file, by the C library
# ends: memory_exceeded, cpu_time_exceeded, output_exceeded, nonzero_exit
import ctypes
import mmap

libc = ctypes.CDLL(None, use_errno=True)
libc.malloc.restype = ctypes.c_void_p
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
kept, held = [], 0
with open("file", "w+b") as file:
    file.truncate(12 * 2**20)
    for flags in (mmap.MAP_PRIVATE, mmap.MAP_SHARED):
        kept.append(mmap.mmap(file.fileno(), 0, flags))
        kept[-1][:] = b"x" * len(kept[-1])
while held < 2**30:
    piece = libc.malloc(8 * 2**20)
    if not piece:
        break
    libc.memset(piece, 1, 8 * 2**20)
    held += 8 * 2**20
    grown = mmap.mmap(-1, 2**20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    grown.resize(8 * 2**20)
    grown[:] = b"y" * len(grown)
    kept.append(grown)
    held += 8 * 2**20
if held >= 2**30:
    print("BREACH: a GiB")
raise MemoryError
