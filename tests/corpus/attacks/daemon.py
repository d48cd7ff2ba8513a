# expect: no process can be started that outlives the run, by any of the ways to start one
# ends: ok
import ctypes
import os
import subprocess

libc = ctypes.CDLL(None, use_errno=True)
for start in (os.fork, os.forkpty, libc.vfork, libc.fork):
    try:
        number = start()
    except OSError:
        continue
    if number == 0 or isinstance(number, tuple):
        os._exit(0)
    if number > 0:
        print("BREACH", start)
for command in ("true", "/bin/true"):
    try:
        subprocess.Popen([command])
        print("BREACH: subprocess")
    except OSError:
        pass
try:
    os.posix_spawn("/bin/true", ["true"], {})
    print("BREACH: posix_spawn")
except OSError:
    pass
if os.system("true") == 0:
    print("BREACH: system")
