package main

func twice(n int) int { return 3 * n }
