gap = 8
