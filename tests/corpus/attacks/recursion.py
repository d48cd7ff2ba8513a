# expect: endless recursion ends the program, not the machine
# ends: memory_exceeded, signalled, cpu_time_exceeded
import sys

sys.setrecursionlimit(10**9)


def down(depth):
    return [down(depth + 1)].__len__() + sorted([1], key=lambda _: down(depth))[0]


down(0)
print("BREACH")
