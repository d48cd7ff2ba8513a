def gap(values):
    return [max(values) - min(values)]
