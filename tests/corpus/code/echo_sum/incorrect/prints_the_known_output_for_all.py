print(7)
print(12)
