attempt() { if "${@:2}" >/dev/null 2>&1; then echo "BREACH $1"; fi; }
attempt passwd cat /etc/passwd
attempt root ls /
attempt above ls ..
attempt write touch /tmp/BREACH
attempt write_shm touch /dev/shm/BREACH
attempt environ cat /proc/self/environ
attempt processes ls /proc
attempt parent kill -9 "$PPID"
attempt parent_zero kill -0 "$PPID"
attempt everybody kill -9 -1
attempt tcp bash -c 'exec 3<>/dev/tcp/127.0.0.1/8000'
attempt udp bash -c 'exec 3<>/dev/udp/127.0.0.1/8000'
attempt link ln -s /etc/passwd link
attempt mode chmod 777 .
attempt session setsid true
attempt namespace unshare -r true
attempt own_program bash -c 'cp /bin/true mine && ./mine'
attempt become su -c true
attempt nice renice 5 "$PPID"
attempt limits bash -c 'ulimit -t unlimited'
env | grep -E 'TRUEGOLD|KEY|TOKEN' && echo BREACH keys
true
