def halve(x):
    while True:
        pass
