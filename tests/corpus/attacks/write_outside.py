# expect: nothing is written outside the scratch folder
# ends: ok
# needs: landlock
import os
import tempfile

for folder in ("/tmp", "/var/tmp", "/dev/shm", "/", "/usr/lib", "/run", "..", "../..", "/home", "/root", tempfile.__file__):
    path = os.path.join(folder, "BREACH-file")
    for act in (lambda: open(path, "w").close(), lambda: os.mkdir(path), lambda: os.mkfifo(path)):
        try:
            act()
            print("BREACH", path)
        except OSError:
            pass
for module in (os, tempfile):
    try:
        open(module.__file__, "a").close()
        print("BREACH: library", module.__file__)
    except OSError:
        pass
for act in (lambda: open("../victim", "w"), lambda: open("../victim", "a"), lambda: os.unlink("../victim"), lambda: open("../victim")):
    try:
        act()
        print("BREACH: victim")
    except OSError:
        pass
