# expect: the scratch folder is held to its limit, by one file, by many, by nameless ones
# ends: output_exceeded
import os

piece = b"x" * 2**20
kept = []
try:
    while len(kept) < 50:
        file = open("part", "wb")
        file.write(piece * 12)
        file.flush()
        os.unlink("part")
        kept.append(file)
    while True:  # until we are looked at
        pass
except OSError:
    pass
print("BREACH: wrote", len(kept) * 12, "MiB")
