# expect: killed for waiting, though it does so in other ways than sleeping
# ends: wall_time_exceeded
import select
import signal
import threading

signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP})
threading.Thread(target=select.select, args=([], [], [], 1000), daemon=True).start()
threading.Event().wait(1000)
print("BREACH: waited")
