# expect: what the oldest Landlock leaves open, the filter closes: modes, owners, times, attributes of a neighbour's files
# ends: ok
import os

for path in ("../victim", "..", "."):
    for act in (
        lambda: os.chmod(path, 0o777),
        lambda: os.chown(path, -1, -1),
        lambda: os.utime(path, (0, 0)),
        lambda: os.setxattr(path, "user.x", b"y"),
        lambda: os.truncate(path, 0),
    ):
        try:
            act()
            print("BREACH", path)
        except OSError:
            pass
