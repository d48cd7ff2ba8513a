def gap(values):
    print('values', values)
    return max(values) - min(values)


print(gap([1, 2]))
