# expect: what belongs to the service's user alone stays closed, by paths that every system has
# ends: ok
import os

for path in ("/etc/shadow", "/etc/gshadow", "/proc/1/environ", "/proc/1/mem", "/proc/1/maps", f"/proc/{os.getppid()}/environ"):
    try:
        with open(path, "rb") as file:
            file.read(1)
        print("BREACH: read", path)
    except OSError:
        pass
for path in ("/root", "/proc/1/fd", "/lost+found", "/var/cache/ldconfig", f"/proc/{os.getppid()}/fd"):
    try:
        os.listdir(path)
        print("BREACH: listed", path)
    except OSError:
        pass
