def common(left, right):
    return tuple(sorted(set(left) & set(right)))[: math.floor(10.5)]
