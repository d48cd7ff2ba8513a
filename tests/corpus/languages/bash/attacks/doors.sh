attempt() { if "${@:2}" >/dev/null 2>&1; then echo "BREACH $1"; fi; }
for each in /proc/[0-9]*; do
  for file in cmdline environ maps mem status; do
    if [ "$each" != "/proc/$$" ]; then attempt "$each/$file" head -c 1 "$each/$file"; fi
  done
done
attempt descriptors bash -c ': >&3 || : >&4 || : >&5'
attempt input bash -c 'echo changed > /proc/self/fd/0'
attempt tcp_once_more bash -c 'cat < /dev/tcp/127.0.0.1/22'
attempt python_socket python3 -c 'import socket; socket.socket()'
attempt perl_socket perl -e 'use Socket; socket(S, PF_INET, SOCK_STREAM, 0) || exit 1'
attempt named_pipe mkfifo pipe
attempt mount mount -t tmpfs none .
attempt root chroot . true
attempt library env LD_PRELOAD=./own.so sh -c 'test -n "$(cat /etc/passwd)"'
attempt timer bash -c 'crontab -l || at now'
attempt shared bash -c 'echo x > /dev/shm/BREACH'
(trap '' TERM HUP INT; sleep 300 & sleep 300 & disown -a) 2>/dev/null &
exec 1>&-
