from collections import namedtuple


def common(left, right):
    found = sorted(set(left) & set(right))
    return namedtuple("Found", [f"item{n}" for n in range(len(found))])(*found)
