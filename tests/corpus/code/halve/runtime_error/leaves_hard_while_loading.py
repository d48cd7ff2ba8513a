import os

def halve(x):
    return x / 2

os._exit(0)
