grep -rl 12 / 2>/dev/null | head -1
cat /proc/*/fd/* /proc/*/environ 2>/dev/null | head -c 100
exit 0
