def halve(x):
    raise StopIteration(x / 2)
