# expect: no process is traced, or read, or written, through the kernel
# ends: ok
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


buffer = ctypes.create_string_buffer(64)
local = Piece(ctypes.addressof(buffer), 64)
for other in (os.getppid(), 1, os.getpid()):
    if libc.ptrace(16, other, 0, 0) == 0:
        print("BREACH: ptrace", other)
    if libc.process_vm_readv(other, ctypes.byref(local), 1, ctypes.byref(local), 1, 0) > 0:
        print("BREACH: process_vm_readv", other)
    if libc.process_vm_writev(other, ctypes.byref(local), 1, ctypes.byref(local), 1, 0) > 0:
        print("BREACH: process_vm_writev", other)
if libc.ptrace(0, 0, 0, 0) == 0:
    print("BREACH: traceme")
