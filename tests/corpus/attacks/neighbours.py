# expect: nothing of another run's program, nor of the service, is in this process's memory
# ends: ok
import gc
import sys

seen = []
for found in gc.get_objects():
    if isinstance(found, (str, bytes)) and "NEIGHBOUR" in repr(found)[:2000]:
        seen.append(found)
    if isinstance(found, dict):
        try:
            seen += [1 for value in found.values() if isinstance(value, (str, bytes)) and len(value) < 5000 and "SECRET" + "-OF-" in str(value)]
        except RuntimeError:
            pass
frame = sys._getframe()
while frame:
    seen += [1 for value in frame.f_locals.values() if "SECRET" + "-OF-" in str(value)[:5000]]
    frame = frame.f_back
if seen:
    print("BREACH", seen[:3])
