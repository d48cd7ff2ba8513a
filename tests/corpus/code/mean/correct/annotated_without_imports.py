class Solution:
    def mean(self, values: List[float]) -> Optional[float]:
        return math.fsum(values) / len(values)
