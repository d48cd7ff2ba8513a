import math
import sys

input()
values = list(map(int, input().split()))
print("debug", values, file=sys.stderr)
print(sum(values), math.prod(values))
