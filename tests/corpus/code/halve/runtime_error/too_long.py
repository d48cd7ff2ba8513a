def halve(x):
    return b'x' * (40 << 20)
