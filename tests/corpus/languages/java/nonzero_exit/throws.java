class Main { public static void main(String[] a) { throw new IllegalStateException("thrown"); } }
