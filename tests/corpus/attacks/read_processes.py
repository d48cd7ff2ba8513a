# expect: /proc is closed, for this process and for every other
# ends: ok
# needs: landlock
import os

for who in ("self", "thread-self", "1", str(os.getpid()), str(os.getppid()), *map(str, range(2, 400))):
    for what in ("environ", "mem", "maps", "cmdline", "status", "stat", "fd", "root", "task", "auxv", "stack"):
        path = f"/proc/{who}/{what}"
        try:
            os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(10)
            print("BREACH", path)
        except OSError:
            pass
for path in ("/proc/meminfo", "/proc/cpuinfo", "/proc/net/tcp", "/proc/sys/kernel/hostname", "/proc/self/oom_score_adj"):
    try:
        open(path).read()
        print("BREACH", path)
    except OSError:
        pass
