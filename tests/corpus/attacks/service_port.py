# expect: the service's own port cannot be reached, nor any other, by whatever call
# ends: ok
import ctypes
import socket
import struct

libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(128)
for family in (1, 2, 10, 16, 17, 29, 38, 40, 44):
    for kind in (1, 2, 3, 5):
        if libc.socket(family, kind | 0o4000, 0) >= 0 or libc.syscall(41, family, kind, 0) >= 0:
            print("BREACH: socket", family, kind)
for pair in ((2, 1), (10, 1), (16, 2), (1, 1 | 0o2000000)):
    if libc.socketpair(*pair, 0, buffer) == 0 and pair[0] != 1:
        print("BREACH: pair", pair)
near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
ports = [8000, 80, 443, 22, 9100, *range(8001, 8010)]
for port in ports:
    address = struct.pack("!HHI", socket.htons(2), port, 0x7F000001) + bytes(8)
    if libc.connect(near.fileno(), address, len(address)) == 0:
        print("BREACH: connect", port)
    if libc.sendto(near.fileno(), b"GET / HTTP/1.0\r\n\r\n", 18, 0, address, len(address)) >= 0:
        print("BREACH: sendto", port)
for act in (
    lambda: socket.create_connection(("127.0.0.1", 8000), 0.1),
    lambda: socket.create_server(("127.0.0.1", 0)),
    lambda: socket.gethostbyname("example.org"),
    lambda: socket.if_nameindex(),
    lambda: near.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", 0))]),
    lambda: far.listen(),
    lambda: far.accept(),
):
    try:
        act()
        print("BREACH", act)
    except OSError:
        pass
