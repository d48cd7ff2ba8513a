import time


def gap(values):
    time.sleep(60)
