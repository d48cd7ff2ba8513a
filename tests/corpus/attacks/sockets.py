# expect: no socket that could reach anything
# ends: ok
import socket

for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET, socket.AF_VSOCK):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            socket.socket(family, kind)
            print("BREACH", family, kind)
        except OSError:
            pass
near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
for address in ("/run/systemd/notify", "/dev/log", "\0abstract"):
    for act in (lambda: near.sendto(b"x", address), lambda: near.connect(address), lambda: near.bind(address)):
        try:
            act()
            print("BREACH", address)
        except PermissionError:
            pass
        except OSError as error:
            print("BREACH: the kernel was asked:", error)
