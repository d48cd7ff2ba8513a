for value in range(100):
    print(value)
