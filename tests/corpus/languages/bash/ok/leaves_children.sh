sleep 1000 &
(sleep 1000 &)
nohup sleep 1000 >/dev/null 2>&1 &
echo left
