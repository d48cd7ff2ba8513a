# expect: errors are cut at their limit
# ends: ok
import sys

for _ in range(200):
    sys.stderr.write("x" * 65536)
