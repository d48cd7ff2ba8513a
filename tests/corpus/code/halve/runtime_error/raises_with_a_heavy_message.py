def halve(x):
    raise ValueError('x' * (1 << 20), object())
