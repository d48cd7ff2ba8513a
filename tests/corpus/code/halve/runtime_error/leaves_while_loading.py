import sys

def halve(x):
    return x / 2

sys.exit(0)
