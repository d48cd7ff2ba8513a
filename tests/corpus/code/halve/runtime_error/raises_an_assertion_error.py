def halve(x):
    raise AssertionError
