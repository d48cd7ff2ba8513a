class Solution { int gap(int[] values) { throw new IllegalStateException("thrown"); } }
