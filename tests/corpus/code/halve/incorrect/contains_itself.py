def halve(x):
    value = []
    value.append(value)
    return value
