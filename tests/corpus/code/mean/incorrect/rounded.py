def mean(values):
    return round(sum(values) / len(values), 1)
