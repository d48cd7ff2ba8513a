def check(candidate):
    return True


class Solution:
    def squares(self, n):
        raise NotImplementedError
