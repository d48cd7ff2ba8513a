# expect: threads are held to their limit
# ends: signalled, ok
import threading

threading.stack_size(64 * 1024)
gate = threading.Event()
started = 0
while started < 20_000:
    try:
        threading.Thread(target=gate.wait, daemon=True).start()
    except RuntimeError:
        break
    started += 1
if started == 20_000:
    print("BREACH")
