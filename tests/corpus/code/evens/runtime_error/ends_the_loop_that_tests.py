import itertools


def evens(start=0, stop=None):
    return itertools.count(start, 2) if stop is None else iter(range(start, stop, 2))


def is_even(n):
    return n % 2 == 0


def evens_of(numbers):
    for n in numbers:
        if is_even(n):
            yield n

def is_even(n):
    raise StopIteration
