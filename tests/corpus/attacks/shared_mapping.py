# expect: memory in shared mappings counts
# ends: memory_exceeded, ok, cpu_time_exceeded
import mmap

kept = []
try:
    for _ in range(64):
        piece = mmap.mmap(-1, 64 * 2**20)
        for offset in range(0, len(piece), 4096):
            piece[offset] = 1
        kept.append(piece)
    print("BREACH: 4 GiB")
except (OSError, MemoryError, ValueError):
    pass
