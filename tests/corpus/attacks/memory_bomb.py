# expect: memory is held to its limit
# ends: memory_exceeded, cpu_time_exceeded
kept = []
while True:
    kept.append(bytearray(2**20))
