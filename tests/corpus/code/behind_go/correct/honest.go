package main

import "fmt"

func twice(n int) int {
	return 2 * n
}

func main() {
	fmt.Println(twice(4))
}
