def halve(x):
    raise KeyboardInterrupt
