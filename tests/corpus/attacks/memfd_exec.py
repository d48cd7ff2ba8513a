# expect: no nameless memory file, no exec by descriptor
# ends: ok
import os

try:
    descriptor = os.memfd_create("x")
    os.write(descriptor, open("/bin/true", "rb").read())
    print("BREACH: memfd")
    os.execve(descriptor, ["true"], {})
except OSError:
    pass
