class Solution:
    def halve(self, x):
        return x / 2
