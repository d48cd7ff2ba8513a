# expect: the user, the groups and the session cannot be changed
# ends: ok
import os

for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.setresuid(1, 1, 1), os.setsid,
            lambda: os.chroot("."), lambda: os.nice(-5), lambda: os.chmod(".", 0o777), lambda: os.chown(".", 1, 1)):
    try:
        act()
        print("BREACH", act)
    except OSError:
        pass
