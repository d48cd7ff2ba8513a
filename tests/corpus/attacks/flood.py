# expect: output is cut at its limit
# ends: output_exceeded
import os

while True:
    os.write(1, b"x" * 65536)
