# expect: a neighbour's folder is not listed, entered, read, written, renamed, linked, opened up or locked
# ends: ok
# needs: landlock
import fcntl
import glob
import os

here = os.getcwd()
parent = os.path.dirname(here)
seen = glob.glob(f"{parent}/*") + glob.glob("/tmp/slot-*") + glob.glob("/var/tmp/*")
if seen:
    print("BREACH: listed", seen)
for act in (
    lambda: os.listdir(parent),
    lambda: os.scandir(".."),
    lambda: os.rename(here, f"{parent}/BREACH"),
    lambda: os.rename("../victim", "mine"),
    lambda: os.replace(here, f"{parent}/BREACH"),
    lambda: os.rmdir(here),
    lambda: os.chmod(here, 0o777),
    lambda: os.chmod(parent, 0o777),
    lambda: os.mkdir("../BREACH"),
    lambda: fcntl.flock(os.open("..", os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB),
    lambda: fcntl.flock(os.open(".", os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB),
):
    try:
        act()
        print("BREACH", act.__code__.co_consts)
    except OSError:
        pass
