# expect: a crash of the interpreter is the program's own
# ends: signalled
import ctypes

ctypes.string_at(0)
print("BREACH")
