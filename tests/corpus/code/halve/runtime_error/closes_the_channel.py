import os

def halve(x):
    os.closerange(3, 64)
    return x / 2
