import javax.annotation.processing.*;
@Missing class Main { public static void main(String[] args) { System.out.println("BREACH"); } }
