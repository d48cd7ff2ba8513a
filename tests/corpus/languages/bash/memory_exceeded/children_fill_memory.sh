for i in 1 2 3 4 5 6; do awk 'BEGIN { s = "0123456789abcdef"; while (length(s) < 40000000) s = s s; while (1) { } }' & done
wait
