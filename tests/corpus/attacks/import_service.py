# expect: the service's own modules cannot be imported, nor its files found
# ends: ok
import sys

for name in ("sandbox", "sandbox.run", "verifiers", "app", "sandbox.zygote.child", "forkserver"):
    try:
        __import__(name)
        print("BREACH", name)
    except ImportError:
        pass
for name, module in list(sys.modules.items()):
    path = getattr(module, "__file__", None) or ""
    if "/sandbox/" in path and name != "__main__":
        print("BREACH", name, path)
