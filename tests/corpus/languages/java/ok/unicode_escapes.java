class Main { public static void main(String[] words) { /* \u002a/ System.out.println("out of a comment"); /* */ } }
