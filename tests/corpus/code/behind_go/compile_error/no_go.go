package main

func twice(n int) int { retur 2 * n }
