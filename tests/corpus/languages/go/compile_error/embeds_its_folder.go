package main

import (
	"embed"
	"fmt"
)

//go:embed *
var all embed.FS

func main() {
	names, _ := all.ReadDir(".")
	for _, name := range names {
		fmt.Println("BREACH?", name.Name())
	}
}
