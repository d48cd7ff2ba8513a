# expect: a tree far deeper than any path, with closed folders in it, is removed all the same
# ends: output_exceeded, ok
import os

for _ in range(3000):
    os.mkdir("d")
    os.chdir("d")
open("bottom", "w").close()
os.mkdir("closed", 0)
