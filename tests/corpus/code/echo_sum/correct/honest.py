n = int(input())
values = list(map(int, input().split()))
product = 1
for value in values:
    product *= value
print(sum(values))
print(product)
