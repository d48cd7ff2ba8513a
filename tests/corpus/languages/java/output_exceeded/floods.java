class Main { public static void main(String[] a) { for (;;) System.out.println("a line of output"); } }
