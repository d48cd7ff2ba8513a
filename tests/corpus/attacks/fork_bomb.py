# expect: every fork is refused
# ends: ok
import os

for _ in range(100):
    try:
        if os.fork() == 0:
            open("BREACH", "w").close()
            os._exit(0)
        print("BREACH: forked")
    except OSError:
        pass
