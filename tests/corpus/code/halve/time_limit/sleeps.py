import time

def halve(x):
    time.sleep(60)
