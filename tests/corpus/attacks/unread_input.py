# expect: input that is never read, or is closed, stops nobody
# ends: ok
import os

os.close(0)
print("fine")
