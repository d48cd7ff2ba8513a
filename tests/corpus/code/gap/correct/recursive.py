import sys

sys.setrecursionlimit(10000)


def gap(values, low=None, high=None):
    if not values:
        return high - low
    head, rest = values[0], values[1:]
    return gap(rest, head if low is None else min(low, head), head if high is None else max(high, head))
