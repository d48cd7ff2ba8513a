# expect: no program image is exchanged for this one, not even a file without a path
# ends: ok
import os
import sys

for path in ("/bin/sh", "/usr/bin/env", sys.executable):
    try:
        os.execv(path, [path, "-c", "echo BREACH"])
    except OSError:
        pass
with open("script", "w") as file:
    file.write("#!/bin/sh\necho BREACH\n")
os.open("script", os.O_RDONLY)
try:
    os.execv("./script", ["./script"])
except OSError:
    pass
