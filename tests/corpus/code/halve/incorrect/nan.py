def halve(x):
    return float('nan')
