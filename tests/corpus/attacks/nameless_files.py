# expect: files without a name count as well
# ends: output_exceeded, cpu_time_exceeded, nonzero_exit
import os

kept = []
for number in range(48):
    with open("file", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 4 * 2**20)
        kept.append(os.dup(file.fileno()))
    os.unlink("file")
while True:
    pass
