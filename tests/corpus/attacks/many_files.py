# expect: the number of files is held down
# ends: output_exceeded, cpu_time_exceeded
import os

for number in range(300_000):
    open(f"{number}", "w").close()
print("BREACH: so many files")
