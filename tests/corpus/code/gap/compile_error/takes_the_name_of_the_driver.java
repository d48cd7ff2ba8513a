class TruegoldCalls { static int gap(int[] values) { return 8; } }
