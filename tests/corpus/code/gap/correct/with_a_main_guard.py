def gap(values):
    return max(values) - min(values)


if __name__ == '__main__':
    print(gap(list(map(int, input().split()))))
