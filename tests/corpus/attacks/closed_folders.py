# expect: folders without any permission are removed all the same
# ends: ok, output_exceeded
import os

os.mkdir("outer")
open("outer/file", "w").close()
os.mkdir("outer/inner", 0)
os.mkdir("closed", 0)
open("read-only", "w", opener=lambda path, flags: os.open(path, flags, 0o400)).close()
