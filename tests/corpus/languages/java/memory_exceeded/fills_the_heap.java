import java.util.*;
class Main { public static void main(String[] a) { List<long[]> held = new ArrayList<>(); for (;;) held.add(new long[1 << 17]); } }
