import os

def halve(x):
    while True:
        os.write(4, b"\xff" * 65536)
