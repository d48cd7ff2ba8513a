class Main { public static void main(String[] a) throws Exception { Thread.sleep(100000); } }
