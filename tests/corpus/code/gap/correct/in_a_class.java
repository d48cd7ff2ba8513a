import java.util.*;
public class Solution {
    public int gap(int[] values) {
        int low = Integer.MAX_VALUE, high = Integer.MIN_VALUE;
        for (int value : values) { low = Math.min(low, value); high = Math.max(high, value); }
        return high - low;
    }
    public static void main(String[] args) { System.out.println(new Scanner(System.in).nextInt()); }
}
