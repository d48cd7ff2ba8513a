def gap(values):
    return {8: 8, 1: True, 0: False}[max(values) - min(values)]
