def gap(values):
    return values[10]
