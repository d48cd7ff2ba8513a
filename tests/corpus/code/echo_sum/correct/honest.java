import java.util.*;
public class Program {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int count = in.nextInt();
        long sum = 0, product = 1;
        for (int i = 0; i < count; i++) { long value = in.nextLong(); sum += value; product *= value; }
        System.out.println(sum + "\n" + product);
    }
}
