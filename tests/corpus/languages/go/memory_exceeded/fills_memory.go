package main

var held [][]byte

func main() {
	for {
		one := make([]byte, 1<<20)
		for i := range one {
			one[i] = 1
		}
		held = append(held, one)
	}
}
