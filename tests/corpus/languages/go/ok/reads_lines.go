package main

import (
	"bufio"
	"fmt"
	"os"
	"sort"
)

func main() {
	in := bufio.NewScanner(os.Stdin)
	var lines []string
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	sort.Strings(lines)
	sums := make(chan int)
	go func() { sums <- len(lines) }()
	fmt.Println(<-sums)
}
