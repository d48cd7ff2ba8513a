package main

import (
	_ "embed"
	"fmt"
)

//go:embed /etc/passwd
var held string

func main() { fmt.Println("BREACH", held) }
