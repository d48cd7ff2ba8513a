for i in $(seq 1 20); do head -c 8000000 /dev/zero > "f$i"; done
