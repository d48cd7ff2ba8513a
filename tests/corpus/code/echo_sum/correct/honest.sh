read -r count
read -r -a values
sum=0 product=1
for value in "${values[@]}"; do sum=$((sum + value)) product=$((product * value)); done
echo "$sum"
echo "$product"
