# expect: the environment holds what we wrote and nothing of the service's
# ends: ok
import os

KNOWN = {"PATH", "LANG", "TZ", "HOME", "TMPDIR", "PYTHONHASHSEED", "LC_CTYPE", "MALLOC_ARENA_MAX", "LD_BIND_NOW"}
for name in os.environ:
    if name not in KNOWN and not name.endswith("_NUM_THREADS"):
        print("BREACH", name)
