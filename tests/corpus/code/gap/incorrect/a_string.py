def gap(values):
    return str(max(values) - min(values))
