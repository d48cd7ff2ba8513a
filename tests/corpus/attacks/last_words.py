# expect: what is registered for the end, traced or left in threads is under the limits as well
# ends: cpu_time_exceeded
import atexit
import gc
import sys
import threading


class Undying:
    def __del__(self):
        kept.append(Undying())
        while True:
            pass


kept = []


def forever():
    while True:
        pass


atexit.register(forever)
gc.callbacks.append(lambda *_: forever())
threading.settrace(lambda *_: forever())
sys.settrace(lambda *_: None)
sys.excepthook = lambda *_: forever()
sys.unraisablehook = lambda *_: forever()
Undying()
raise ValueError
