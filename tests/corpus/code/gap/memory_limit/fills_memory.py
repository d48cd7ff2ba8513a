def gap(values):
    hoard = []
    while True:
        hoard.append(bytearray(16 * 2**20))
