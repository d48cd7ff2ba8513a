import math

input()
values = list(map(int, input().split()))
print(sum(values), math.prod(values))
print("Done!")
