import sys

sys.exit(0)


def gap(values):
    return max(values) - min(values)
