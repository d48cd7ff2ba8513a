def halve(x):
    return 1 << 400_000
