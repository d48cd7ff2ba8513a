def gap(values):
    yield max(values) - min(values)
