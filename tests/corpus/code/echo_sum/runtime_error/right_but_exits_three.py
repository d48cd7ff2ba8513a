import math
import sys

input()
values = list(map(int, input().split()))
print(sum(values), math.prod(values))
sys.exit(3)
