import java.util.concurrent.*;
import java.util.stream.*;
class Helper { static int of(int n) { return n * n; } }
class Main {
    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        Future<Integer> sum = pool.submit(() -> IntStream.range(0, 1000).map(Helper::of).sum());
        System.out.println(sum.get() + " " + IntStream.range(0, 100000).parallel().sum() + " é");
        pool.shutdown();
    }
}
