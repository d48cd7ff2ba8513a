# expect: nothing is readable but what Python itself needs
# ends: ok
# needs: landlock
import os

PATHS = """/etc/passwd /etc/shadow /etc/group /etc/hosts /etc/hostname /etc/resolv.conf /etc/machine-id /root /home /tmp
/var /var/log /var/tmp /opt /srv /mnt /boot /run /sys /sys/kernel /proc /dev /dev/shm /dev/mem /dev/kmsg /dev/tty /dev/ptmx
/ /work /app /bin/sh /usr/bin/python3 /etc /root/.ssh /root/.bash_history"""
for path in PATHS.split():
    try:
        os.listdir(path)
        print("BREACH: listed", path)
    except OSError:
        pass
    try:
        with open(path, "rb") as file:
            file.read(1)
        print("BREACH: read", path)
    except OSError:
        pass
