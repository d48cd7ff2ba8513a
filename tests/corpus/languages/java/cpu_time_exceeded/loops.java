class Main { public static void main(String[] a) { long n = 0; while (n >= 0) n = (n + 1) % 1000; } }
