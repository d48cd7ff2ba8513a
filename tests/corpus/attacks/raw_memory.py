# expect: no neighbour's program, input or result stands anywhere in this process's memory, however it is read
# ends: ok, cpu_time_exceeded
import ctypes

libc = ctypes.CDLL(None, use_errno=True)
wanted = b"SECRET" + b"-OF-A-" + b"NEIGHBOUR"
needle = wanted[:3] + wanted[3:]
page = 4096
resident = ctypes.create_string_buffer(256)
kept = [object(), [], {}, "x" * 600, bytes(5000), ctypes.create_string_buffer(100_000)]
seen = set()
for address in [id(each) for each in kept] + [ctypes.addressof(resident), id(None), id(object)]:
    start = address & ~0xFFFFF
    for block in range(start - 16 * 2**20, start + 16 * 2**20, 2**20):
        if block <= 0 or block in seen:
            continue
        seen.add(block)
        if libc.mincore(ctypes.c_void_p(block), ctypes.c_size_t(2**20), resident) != 0:
            continue
        at = ctypes.string_at(block, 2**20)
        found = at.find(needle)
        while found >= 0:
            where = block + found
            if not any(start <= where < start + len(body) + 64 for start, body in ((id(wanted), wanted), (id(needle), needle))):
                line = at[max(0, found - 30) : found + 30]
                if b"NEIGHBOUR-" in line[:30]:
                    print("BREACH", line)
            found = at.find(needle, found + 1)
