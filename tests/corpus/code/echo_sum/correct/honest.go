package main

import "fmt"

func main() {
	var count int
	fmt.Scan(&count)
	sum, product := 0, 1
	for i := 0; i < count; i++ {
		var value int
		fmt.Scan(&value)
		sum += value
		product *= value
	}
	fmt.Println(sum)
	fmt.Println(product)
}
