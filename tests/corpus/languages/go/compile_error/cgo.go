package main

// #cgo LDFLAGS: -Wl,-T,/etc/passwd
// #include "/etc/passwd"
import "C"

func main() {}
