# expect: the number of folders is held down, however they are nested and whatever they are called
# ends: output_exceeded, cpu_time_exceeded
import os

for number in range(300_000):
    name = f"{number}" + "\udcff\n" * (number % 5)
    os.mkdir(name)
    if number % 7 == 0:
        os.chdir(name)
print("BREACH: so many folders")
