def mean(values):
    return float('nan')
