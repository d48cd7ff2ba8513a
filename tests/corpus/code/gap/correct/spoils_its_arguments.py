def gap(values):
    values.sort()
    first, last = values[0], values[-1]
    values.clear()
    return last - first
