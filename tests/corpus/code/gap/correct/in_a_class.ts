class Solution { gap(values: number[]): number { return Math.max(...values) - Math.min(...values); } }
