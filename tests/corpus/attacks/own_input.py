# expect: the input cannot be changed, only read
# ends: ok
import mmap
import os

for act in (lambda: os.write(0, b"x"), lambda: os.ftruncate(0, 0), lambda: os.ftruncate(0, 10**9), lambda: mmap.mmap(0, 10)):
    try:
        act()
        print("BREACH", act)
    except (OSError, ValueError):
        pass
