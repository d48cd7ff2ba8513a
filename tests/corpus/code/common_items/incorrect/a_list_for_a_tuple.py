def common(left, right):
    return sorted(set(left) & set(right))
