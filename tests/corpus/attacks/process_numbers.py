# expect: the program learns nothing of other processes, not even how many there have been
# ends: ok
# needs: namespaces
import os

if os.getppid() != 1:
    print("BREACH: its parent's number is", os.getppid())
for other in range(2, 400):
    if other != os.getpid():
        try:
            os.getpgid(other)
            os.getsid(other)
            print("BREACH: there is a process", other)
        except OSError:
            pass
if os.getpid() > 200_000:
    print("BREACH: its own number counts others:", os.getpid())
