def gap(values):
    return gap(values)
