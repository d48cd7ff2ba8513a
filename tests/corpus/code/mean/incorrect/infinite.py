def mean(values):
    return float('inf')
