gap = lambda values: max(values) - min(values)
