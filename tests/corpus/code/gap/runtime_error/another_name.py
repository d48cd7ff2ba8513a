def difference(values):
    return max(values) - min(values)
