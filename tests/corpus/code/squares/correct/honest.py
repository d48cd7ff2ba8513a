class Solution:
    def squares(self, n):
        return [i * i for i in range(n)]
