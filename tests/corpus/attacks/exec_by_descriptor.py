# expect: nothing is executed, by name or by descriptor, not even where the filter knows of one
# ends: ok
import ctypes
import fcntl
import os
import resource

libc = ctypes.CDLL(None, use_errno=True)
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    print("BREACH: more descriptors")
except (ValueError, OSError):
    pass
with open("program", "wb") as file:
    file.write(b"#!/bin/sh\necho BREACH: script\n")
descriptor = os.open("program", os.O_RDONLY)
for high in (1000, 999, 63):
    try:
        fcntl.fcntl(descriptor, fcntl.F_DUPFD, high)
        if high > 63:
            print("BREACH: a descriptor at", high)
    except OSError:
        pass
argv = (ctypes.c_char_p * 2)(b"program", None)
for number in (1000, descriptor, -100):
    for path in (b"", b"program", b"/bin/true", b"/lib64/ld-linux-x86-64.so.2", b"/usr/bin/python3"):
        for flags in (0, 0x1000):
            libc.syscall(322, number, path, argv, None, flags)
        libc.syscall(59, path, argv, None)
