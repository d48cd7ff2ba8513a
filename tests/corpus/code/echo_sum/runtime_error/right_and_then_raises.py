import math

input()
values = list(map(int, input().split()))
print(sum(values), math.prod(values), flush=True)
raise ValueError("after the output")
