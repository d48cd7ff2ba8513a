def common(left, right):
    yield from sorted(set(left) & set(right))
