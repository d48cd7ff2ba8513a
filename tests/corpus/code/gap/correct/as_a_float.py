def gap(values):
    return float(max(values) - min(values))
