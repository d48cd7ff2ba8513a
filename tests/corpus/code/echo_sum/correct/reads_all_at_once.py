import math
import sys

data = sys.stdin.buffer.read().split()
values = [int(word) for word in data[1:]]
sys.stdout.write(f"{sum(values)} {math.prod(values)}")
