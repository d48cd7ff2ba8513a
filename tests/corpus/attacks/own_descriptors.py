# expect: nothing is open but the program's own streams, and none of them leads to the service
# ends: ok
import fcntl
import os
import socket
import stat

for descriptor in range(4, 4096):
    try:
        kind = os.fstat(descriptor).st_mode
    except OSError:
        continue
    print("BREACH: open", descriptor, oct(kind))
for descriptor in range(4):
    kind = os.fstat(descriptor).st_mode
    if stat.S_ISSOCK(kind) or stat.S_ISDIR(kind):
        print("BREACH: a way out at", descriptor)
    for act in (
        lambda: fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getppid()),
        lambda: fcntl.fcntl(descriptor, fcntl.F_SETSIG, 9),
        lambda: fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, 8),
        lambda: fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, 2**20),
        lambda: fcntl.fcntl(descriptor, fcntl.F_NOTIFY, 4),
        lambda: socket.socket(fileno=descriptor).getpeername(),
        lambda: os.write(os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR), b"x") if descriptor == 0 else os.close(99),
        lambda: os.write(os.open(f"/dev/fd/{descriptor}", os.O_RDWR), b"x") if descriptor == 0 else os.close(99),
    ):
        try:
            act()
            print("BREACH", descriptor)
        except OSError:
            pass
