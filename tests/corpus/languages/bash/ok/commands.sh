while read -r line; do echo "$line"; done | sort | uniq -c | awk '{print $1}' | head -1
echo "$(seq 1 10 | paste -sd+ | tr '+' ' ' | wc -w)"
printf '%s\n' "${BASH_VERSION%%.*}" >/dev/null
cat <<< "here" | sed 's/here/there/' > out.txt && cat out.txt && rm out.txt
