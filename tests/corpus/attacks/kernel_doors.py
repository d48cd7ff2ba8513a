# expect: io_uring, keyrings, bpf, perf, userfaultfd, namespaces, mounts and their kin are all refused
# ends: ok
import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(512)
if platform.machine() == "x86_64":
    DOORS = {
        425: (8, buffer), 426: (3, 1, 1, 1, 0, 0), 250: (0, -3, 1), 248: (b"user", b"x", b"y", 1, -3), 321: (0, buffer, 64),
        298: (buffer, 0, -1, -1, 0), 323: (0,), 272: (0x10000000,), 165: (b"none", b"/", b"tmpfs", 0, 0), 161: (b"/",),
        155: (b"/", b"/"), 169: (0,), 304: (-1, buffer, 0), 300: (0, 0), 253: (), 294: (0,), 240: (b"/x", 66, 384, 0),
        222: (0, 0, buffer), 434: (1, 0), 319: (b"x", 0), 447: (0,), 160: (0, buffer), 76: (b"../victim", 0), 141: (0, 0, 5), 251: (1, 0, 0),
        101: (0, 0, 0, 0), 310: (1, 0, 0, 0, 0, 0), 135: (0,), 126: (buffer, buffer), 105: (0,), 157: (22, 1, 0, 0, 0),
        317: (0, 0, 0), 444: (0, 0, 1), 442: (-1, b"", 0, buffer, 32), 430: (b"tmpfs", 0), 90: (b".", 511), 92: (b".", 0, 0),
        88: (b"/", b"l"), 133: (b"n", 0o10666, 0), 188: (b".", b"user.x", b"y", 1, 0), 280: (-100, b".", 0, 0), 132: (b".", 0),
        45: None, 46: (1, buffer, 0), 56: (17, 0, 0, 0, 0), 435: (buffer, 88), 503: (), 1000: (), 0x40000000 + 39: (),
    }
    for number, arguments in DOORS.items():
        if arguments is None or number == 0x40000000 + 39:
            continue
        result = libc.syscall(number, *arguments)
        if result == 0 and number == 56:
            os._exit(0)
        if result >= 0:
            print("BREACH: call", number, "gave", result)
        elif ctypes.get_errno() not in (1, 38):
            print("BREACH: the kernel looked at call", number, os.strerror(ctypes.get_errno()))
