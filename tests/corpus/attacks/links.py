# expect: no link leads out of the scratch folder
# ends: ok
import os

for target in ("/etc/passwd", "/", "/proc/self/environ", "../.."):
    try:
        os.symlink(target, "link")
        print("BREACH: symlink", target)
    except OSError:
        pass
    try:
        os.link(target, "hard")
        print("BREACH: link", target)
    except OSError:
        pass
try:
    os.rename("../victim", "stolen")
    print("BREACH: rename")
except OSError:
    pass
