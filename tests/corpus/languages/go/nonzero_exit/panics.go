package main

func main() {
	var held []int
	_ = held[len(held)]
}
