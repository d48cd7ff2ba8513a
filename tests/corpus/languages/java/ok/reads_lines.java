import java.util.*;
public class Solution {
    record Pair(int a, int b) {}
    static class Inner { static int twice(int n) { return 2 * n; } }
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int count = 0;
        while (in.hasNextLine()) { in.nextLine(); count++; }
        System.out.println(count + " " + Inner.twice(21) + " " + new Pair(1, 2));
    }
}
