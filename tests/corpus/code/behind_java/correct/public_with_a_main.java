package com.example;

import java.util.*;

public class Twice {
    static int twice(int n) { return 2 * n; }
    public static void main(String[] args) { System.out.println(twice(4)); }
}
