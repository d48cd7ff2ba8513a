# expect: the process cannot write its own memory by a path, nor raise its own ceilings
# ends: ok
import os
import resource

for mode in ("rb", "r+b"):
    try:
        open("/proc/self/mem", mode)
        print("BREACH: mem")
    except OSError:
        pass
for kind in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE, resource.RLIMIT_CPU):
    try:
        resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print("BREACH: raised", kind)
    except (ValueError, OSError):
        pass
