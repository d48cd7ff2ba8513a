class Solution:
    def gap(self, values):
        return max(values) - min(values)
