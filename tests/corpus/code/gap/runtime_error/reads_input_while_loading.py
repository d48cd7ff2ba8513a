values = list(map(int, input().split()))


def gap(values): ...
